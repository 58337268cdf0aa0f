"""Addresses of planning."""

from django.urls import URLPattern, path

from . import resource_urls
from .pages import baselines, gantt, links, plan

app_name = "planning"
_PLAN = "projects/<int:pk>/plan"
urlpatterns: list[URLPattern] = [
    path(f"{_PLAN}/", plan.plan, name="plan"),
    path(f"{_PLAN}/tasks/<int:task_id>/", plan.task, name="task"),
    path(f"{_PLAN}/tasks/<int:task_id>/row/", plan.row, name="row"),
    path(f"{_PLAN}/tasks/<int:task_id>/place/", plan.place, name="place"),
    path(f"{_PLAN}/remove/", plan.remove, name="remove"),
    path(f"{_PLAN}/bulk/", plan.bulk, name="bulk"),
    path(f"{_PLAN}/undo/", plan.undo, name="undo"),
    path(f"{_PLAN}/paste/", plan.paste, name="paste"),
    path(f"{_PLAN}/from-commitments/", plan.from_commitments, name="from_commitments"),
    path(f"{_PLAN}/from-scenario/", plan.from_scenario, name="from_scenario"),
    path(f"{_PLAN}/gantt/", gantt.gantt, name="gantt"),
    path(f"{_PLAN}/gantt/data/", gantt.data, name="gantt_data"),
    path(f"{_PLAN}/gantt/preview/", gantt.preview, name="gantt_preview"),
    path(f"{_PLAN}/gantt/drag/", gantt.drag, name="gantt_drag"),
    path(f"{_PLAN}/gantt/link/", gantt.link, name="gantt_link"),
    path(f"{_PLAN}/gantt/unlink/", gantt.unlink, name="gantt_unlink"),
    path(f"{_PLAN}/baselines/", baselines.baselines, name="baselines"),
    path(f"{_PLAN}/baselines/compare/", baselines.compare, name="compare"),
    path(f"{_PLAN}/links/", links.draw, name="link_draw"),
    path(f"{_PLAN}/links/<int:link_id>/remove/", links.remove, name="link_remove"),
    *resource_urls.urlpatterns,
]

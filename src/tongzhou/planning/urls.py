"""Addresses of planning."""

from django.urls import URLPattern, path

from . import resource_urls, work_urls
from .pages import baselines, communication, forecast, gantt, links, plan, plan_files, raci, raci_files

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
    path(f"{_PLAN}/tasks.<slug:fmt>", plan_files.file, name="plan_file"),
    path(f"{_PLAN}/import/", plan_files.take_in, name="plan_import"),
    path(f"{_PLAN}/import/confirm/", plan_files.confirm, name="plan_import_confirm"),
    path(f"{_PLAN}/gantt/", gantt.gantt, name="gantt"),
    path(f"{_PLAN}/gantt/data/", gantt.data, name="gantt_data"),
    path(f"{_PLAN}/gantt/preview/", gantt.preview, name="gantt_preview"),
    path(f"{_PLAN}/gantt/drag/", gantt.drag, name="gantt_drag"),
    path(f"{_PLAN}/gantt/link/", gantt.link, name="gantt_link"),
    path(f"{_PLAN}/gantt/unlink/", gantt.unlink, name="gantt_unlink"),
    path(f"{_PLAN}/forecast/", forecast.forecast, name="forecast"),
    path(f"{_PLAN}/forecast/line/", forecast.forecast_line, name="forecast_line"),
    path(f"{_PLAN}/baselines/", baselines.baselines, name="baselines"),
    path(f"{_PLAN}/baselines/compare/", baselines.compare, name="compare"),
    path(f"{_PLAN}/links/", links.draw, name="link_draw"),
    path(f"{_PLAN}/links/<int:link_id>/remove/", links.remove, name="link_remove"),
    path(f"{_PLAN}/raci/", raci.raci, name="raci"),
    path(f"{_PLAN}/raci/word/", raci.word, name="raci_word"),
    path(f"{_PLAN}/raci/responsible/", raci.responsible, name="raci_responsible"),
    path(f"{_PLAN}/raci/undo/", raci.undo, name="raci_undo"),
    path(f"{_PLAN}/raci/paper/", raci_files.paper, name="raci_paper"),
    path(f"{_PLAN}/raci/form.<slug:fmt>", raci_files.file, name="raci_file"),
    path(f"{_PLAN}/raci/import/", raci_files.take_in, name="raci_import"),
    path(f"{_PLAN}/raci/import/confirm/", raci_files.confirm, name="raci_import_confirm"),
    path(f"{_PLAN}/communication/", communication.plan, name="communication"),
    path(f"{_PLAN}/communication/defaults/", communication.defaults, name="communication_defaults"),
    path(f"{_PLAN}/communication/paper/", communication.paper, name="communication_paper"),
    path(f"{_PLAN}/communication/form.<slug:fmt>", communication.file, name="communication_file"),
    path(f"{_PLAN}/communication/<int:line_id>/", communication.line, name="communication_line"),
    path(f"{_PLAN}/communication/<int:line_id>/remove/", communication.remove, name="communication_remove"),
    *resource_urls.urlpatterns,
    *work_urls.urlpatterns,
]

"""Addresses of calendars."""

from django.urls import path

from .pages import days_import, years

app_name = "calendars"
urlpatterns = [
    path("", years.year, name="year"),
    path("admin/", years.admin, name="admin"),
    path("admin/new/", years.new, name="new"),
    path("admin/template.xlsx", days_import.import_template, name="import_template"),
    path("admin/<int:calendar_id>/", years.edit, name="edit"),
    path("admin/<int:calendar_id>/use/", years.use, name="use"),
    path("admin/<int:calendar_id>/day/", years.set_day, name="set_day"),
    path("admin/<int:calendar_id>/day/clear/", years.clear_day, name="clear_day"),
    path("admin/<int:calendar_id>/import/", days_import.import_days, name="import"),
    path("admin/<int:calendar_id>/import/confirm/", days_import.import_confirm, name="import_confirm"),
]

"""Addresses of execution."""

from django.urls import URLPattern, path

from .pages import board, board_paper, daily, outlook, weekly

app_name = "execution"
_BOARD = "projects/<int:pk>/board"
_DAILY = "projects/<int:pk>/updates"
_WEEKLY = "projects/<int:pk>/weekly"
_REPORT = f"{_WEEKLY}/<slug:day>/<int:department_id>"
urlpatterns: list[URLPattern] = [
    path(f"{_BOARD}/", board.board, name="board"),
    path(f"{_BOARD}/data/", board.data, name="board_data"),
    path(f"{_BOARD}/gantt/data/", board.gantt_data, name="board_gantt_data"),
    path(f"{_BOARD}/tasks/<int:task_id>/", board.sheet, name="board_sheet"),
    path(f"{_BOARD}/views/", board.keep, name="board_view_keep"),
    path(f"{_BOARD}/views/<int:view_id>/remove/", board.drop, name="board_view_drop"),
    path(f"{_BOARD}/paper/", board_paper.paper, name="board_paper"),
    path(f"{_BOARD}/form.<slug:fmt>", board_paper.file, name="board_file"),
    path("updates/", daily.update, name="update"),
    path(f"{_DAILY}/", daily.today, name="daily"),
    path(f"{_DAILY}/archive/", daily.archive, name="daily_archive"),
    path(f"{_DAILY}/<slug:day>/", daily.day, name="daily_day"),
    path(f"{_DAILY}/<slug:day>/<int:department_id>/", daily.write, name="daily_write"),
    path("projects/<int:pk>/outlook/", outlook.outlook, name="outlook"),
    path("projects/<int:pk>/at-risk/<int:task_id>/", outlook.at_risk, name="at_risk"),
    path(f"{_WEEKLY}/", weekly.weekly, name="weekly"),
    path(f"{_WEEKLY}/<slug:day>/", weekly.week, name="weekly_week"),
    path(f"{_WEEKLY}/<slug:day>/meeting/", weekly.meeting, name="weekly_meeting"),
    path(f"{_REPORT}/", weekly.report, name="weekly_report"),
    path(f"{_REPORT}/autosave/", weekly.autosave, name="weekly_autosave"),
    path(f"{_REPORT}/take-back/", weekly.take_back, name="weekly_take_back"),
    path(f"{_REPORT}/paper/", weekly.paper, name="weekly_paper"),
    path(f"{_REPORT}/form.<slug:fmt>", weekly.file, name="weekly_file"),
]

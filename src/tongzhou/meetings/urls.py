"""Addresses of meetings."""

from django.urls import URLPattern, path

from .pages import agenda, attendance, commitments, lists, minutes, plans, results, session

app_name = "meetings"
_MEETING = "meetings/<int:meeting_id>"
urlpatterns: list[URLPattern] = [
    path("meetings/", lists.meeting_list, name="list"),
    path("projects/<int:project_id>/meetings/", lists.list_for_project, name="list_for_project"),
    path("projects/<int:project_id>/meetings/plan/", plans.plan, name="plan"),
    path("projects/<int:project_id>/meetings/check-time/", plans.check_time, name="check_time"),
    path(f"{_MEETING}/", session.meeting, name="meeting"),
    path(f"{_MEETING}/parts/<slug:part>/", session.part, name="part"),
    path(f"{_MEETING}/meeting.ics", session.calendar, name="calendar"),
    path(f"{_MEETING}/change/", plans.change, name="change"),
    path(f"{_MEETING}/cancel/", plans.cancel, name="cancel"),
    path(f"{_MEETING}/start/", session.start, name="start"),
    path(f"{_MEETING}/end/", session.end, name="end"),
    path(f"{_MEETING}/closing/", session.closing, name="closing"),
    path(f"{_MEETING}/resources/<int:department_id>/", session.resources, name="resources"),
    path(f"{_MEETING}/answer/", attendance.answer, name="answer"),
    path(f"{_MEETING}/invite/", attendance.invite, name="invite"),
    path(f"{_MEETING}/everybody-in/", attendance.everybody_in, name="everybody_in"),
    path(f"{_MEETING}/attendees/<int:attendee_id>/", attendance.check, name="attendee"),
    path(f"{_MEETING}/attendees/<int:attendee_id>/remove/", attendance.remove, name="attendee_remove"),
    path(f"{_MEETING}/agenda/", agenda.add, name="agenda_add"),
    path(f"{_MEETING}/agenda/<int:item_id>/", agenda.item, name="agenda_item"),
    path(f"{_MEETING}/agenda/<int:item_id>/move/", agenda.move, name="agenda_move"),
    path(f"{_MEETING}/agenda/<int:item_id>/remove/", agenda.remove, name="agenda_remove"),
    path(f"{_MEETING}/commitments/", commitments.add, name="commitment_add"),
    path(f"{_MEETING}/commitments/<int:commitment_id>/", commitments.edit, name="commitment"),
    path(f"{_MEETING}/commitments/<int:commitment_id>/withdraw/", commitments.withdraw, name="commitment_withdraw"),
    path(f"{_MEETING}/decisions/", results.add_resolution, name="resolution_add"),
    path(f"{_MEETING}/decisions/<int:resolution_id>/", results.edit_resolution, name="resolution"),
    path(f"{_MEETING}/decisions/<int:resolution_id>/remove/", results.remove_resolution, name="resolution_remove"),
    path(f"{_MEETING}/decisions/<int:resolution_id>/commit/", results.commit, name="resolution_commit"),
    path(f"{_MEETING}/open-points/", results.add_open_point, name="open_point_add"),
    path(f"{_MEETING}/open-points/<int:point_id>/", results.edit_open_point, name="open_point"),
    path(f"{_MEETING}/open-points/<int:point_id>/remove/", results.remove_open_point, name="open_point_remove"),
    path(f"{_MEETING}/open-points/<int:point_id>/settle/", results.settle, name="open_point_settle"),
    path(f"{_MEETING}/minutes/", minutes.minutes, name="minutes"),
    path(f"{_MEETING}/minutes/preview/", minutes.preview, name="minutes_preview"),
    path(f"{_MEETING}/minutes/send/", minutes.send, name="minutes_send"),
    path(f"{_MEETING}/minutes/answer/", minutes.answer, name="minutes_answer"),
    path(f"{_MEETING}/minutes/rework/", minutes.rework, name="minutes_rework"),
    path(f"{_MEETING}/minutes/lock/", minutes.lock, name="minutes_lock"),
    path(f"{_MEETING}/minutes/compare/", minutes.compare, name="minutes_compare"),
    path(f"{_MEETING}/minutes/file/<slug:fmt>/", minutes.draft_file, name="minutes_file"),
    path(f"{_MEETING}/minutes/<int:number>/", minutes.edition, name="edition"),
    path(f"{_MEETING}/minutes/<int:number>/file/<slug:fmt>/", minutes.edition_file, name="edition_file"),
]

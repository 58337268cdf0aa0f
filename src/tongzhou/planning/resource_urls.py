"""Addresses of resources: the company's, and those of a plan."""

from django.urls import URLPattern, path

from .pages import needs, needs_files, remedies, resource_requests, supply

_NEEDS = "projects/<int:pk>/plan/resources"
_WAYS = f"{_NEEDS}/ways"
urlpatterns: list[URLPattern] = [
    path("resources/", supply.resources, name="resources"),
    path("resources/people/", supply.people, name="resource_people"),
    path("resources/people/<int:person_id>/", supply.person, name="resource_person"),
    path("resources/people/<int:person_id>/absences/", supply.absence, name="resource_absence"),
    path("resources/absences/<int:absence_id>/remove/", supply.absence_remove, name="resource_absence_remove"),
    path("resources/things/", supply.things, name="resource_things"),
    path("resources/things/<int:thing_id>/", supply.thing, name="resource_thing"),
    path("resources/budgets/", supply.budgets, name="resource_budgets"),
    path("resources/budgets/<int:budget_id>/", supply.budget, name="resource_budget"),
    path(f"{_NEEDS}/", needs.needs, name="needs"),
    path(f"{_NEEDS}/paper/", needs.needs_paper, name="needs_paper"),
    path(f"{_NEEDS}/paper/<str:fmt>/", needs.needs_file, name="needs_file"),
    path(f"{_NEEDS}/import/", needs_files.take_in, name="needs_import"),
    path(f"{_NEEDS}/import/confirm/", needs_files.confirm, name="needs_import_confirm"),
    path(f"{_NEEDS}/resolve/", needs.resolve, name="resolve"),
    path(f"{_NEEDS}/level/", remedies.level, name="level"),
    path(f"{_NEEDS}/free/", remedies.free, name="free_held"),
    path(f"{_WAYS}/<int:remedy_id>/", remedies.remedy, name="remedy"),
    path(f"{_WAYS}/<int:remedy_id>/propose/", remedies.propose, name="remedy_propose"),
    path(f"{_WAYS}/<int:remedy_id>/answer/<int:department_id>/", remedies.answer_for, name="remedy_answer"),
    path(f"{_WAYS}/<int:remedy_id>/apply/", remedies.apply, name="remedy_apply"),
    path(f"{_WAYS}/<int:remedy_id>/drop/", remedies.drop, name="remedy_drop"),
    path(f"{_WAYS}/<int:remedy_id>/take-back/", remedies.take_back, name="remedy_take_back"),
    path(f"{_NEEDS}/none-needed/", resource_requests.none_needed, name="resource_none_needed"),
    path(f"{_NEEDS}/send/", resource_requests.send, name="resource_request_send"),
    path(f"{_NEEDS}/requests/<int:request_id>/", resource_requests.resource_request, name="resource_request"),
    path(
        f"{_NEEDS}/requests/<int:request_id>/call-back/", resource_requests.call_back, name="resource_request_call_back"
    ),
    path(
        f"{_NEEDS}/requests/<int:request_id>/<str:fmt>/", resource_requests.request_file, name="resource_request_file"
    ),
    path(f"{_NEEDS}/<int:need_id>/", needs.need, name="need"),
    path(f"{_NEEDS}/<int:need_id>/offer/", needs.offer, name="need_offer"),
    path(f"{_NEEDS}/<int:need_id>/confirm/", needs.confirm, name="need_confirm"),
    path(f"{_NEEDS}/<int:need_id>/decline/", needs.decline, name="need_decline"),
    path(f"{_NEEDS}/<int:need_id>/accept/", needs.accept, name="need_accept"),
    path(f"{_NEEDS}/<int:need_id>/turn-down/", needs.turn_down, name="need_turn_down"),
    path(f"{_NEEDS}/<int:need_id>/withdraw/", needs.withdraw, name="need_withdraw"),
    path(f"{_NEEDS}/<int:need_id>/again/", needs.again, name="need_again"),
]

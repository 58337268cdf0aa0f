"""Addresses of projects."""

from django.urls import path

from .pages import commitments, gates, history, home, lists, objectives, people, wording

app_name = "projects"
urlpatterns = [
    path("", lists.project_list, name="list"),
    path("check/objective/", wording.check_objective, name="check_objective"),
    path("check/commitment/", wording.check_commitment, name="check_commitment"),
    path("<int:pk>/", home.home, name="home"),
    path("<int:pk>/gates/<int:number>/", gates.gate, name="gate"),
    path("<int:pk>/objectives/", objectives.objectives, name="objectives"),
    path("<int:pk>/objectives/<int:objective_id>/", objectives.objective, name="objective"),
    path("<int:pk>/objectives/<int:objective_id>/remove/", objectives.objective_remove, name="objective_remove"),
    path("<int:pk>/objectives/<int:objective_id>/overrule/", objectives.objective_overrule, name="objective_overrule"),
    path("<int:pk>/objectives/<int:objective_id>/back/", objectives.objective_back, name="objective_back"),
    path("<int:pk>/commitments/", commitments.commitments, name="commitments"),
    path("<int:pk>/commitments/<int:commitment_id>/", commitments.commitment, name="commitment"),
    path("<int:pk>/commitments/<int:commitment_id>/owner/", commitments.commitment_owner, name="commitment_owner"),
    path(
        "<int:pk>/commitments/<int:commitment_id>/withdraw/",
        commitments.commitment_withdraw,
        name="commitment_withdraw",
    ),
    path(
        "<int:pk>/commitments/<int:commitment_id>/overrule/",
        commitments.commitment_overrule,
        name="commitment_overrule",
    ),
    path("<int:pk>/people/", people.people, name="people"),
    path("<int:pk>/people/facts/", people.facts, name="facts"),
    path("<int:pk>/people/contact/<int:department_id>/", people.contact, name="contact"),
    path("<int:pk>/people/leave/<int:department_id>/", people.party_leave, name="party_leave"),
    path("<int:pk>/people/add/", people.stakeholder_add, name="stakeholder_add"),
    path("<int:pk>/people/remove/<int:person_id>/", people.stakeholder_remove, name="stakeholder_remove"),
    path("<int:pk>/suspend/", people.suspend, name="suspend"),
    path("<int:pk>/resume/", people.resume, name="resume"),
    path("<int:pk>/cancel/", people.cancel, name="cancel"),
    path("<int:pk>/back/", people.back, name="back"),
    path("<int:pk>/history/", history.history, name="history"),
]

"""Addresses of people."""

from django.urls import path

from .pages import admin_departments, admin_import, admin_persons, directory, entrance, me

app_name = "people"
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("<int:person_id>/", directory.person, name="person"),
    path("suggest/", directory.suggest, name="suggest"),
    path("welcome/<str:secret>/", entrance.welcome, name="welcome"),
    path("switch/", entrance.switch, name="switch"),
    path("me/", me.profile, name="profile"),
    path("me/deputies/", me.delegations, name="delegations"),
    path("me/tokens/", me.tokens, name="tokens"),
    path("me/sign-out-everywhere/", me.sign_out_everywhere, name="sign_out_everywhere"),
    path("delegations/<int:delegation_id>/revoke/", me.delegation_revoke, name="delegation_revoke"),
    path("tokens/<int:token_id>/revoke/", me.token_revoke, name="token_revoke"),
    path("admin/", admin_persons.persons, name="admin"),
    path("admin/persons/new/", admin_persons.person_new, name="person_new"),
    path("admin/persons/<int:person_id>/", admin_persons.person_edit, name="person_edit"),
    path("admin/persons/<int:person_id>/login-link/", admin_persons.person_login_link, name="person_login_link"),
    path("admin/persons/<int:person_id>/sign-out/", admin_persons.person_sign_out, name="person_sign_out"),
    path("admin/persons/<int:person_id>/leave/", admin_persons.person_leave, name="person_leave"),
    path("admin/persons/<int:person_id>/return/", admin_persons.person_return, name="person_return"),
    path("admin/persons/<int:person_id>/departments/", admin_persons.membership_add, name="membership_add"),
    path(
        "admin/persons/<int:person_id>/departments/<int:department_id>/end/",
        admin_persons.membership_end,
        name="membership_end",
    ),
    path("admin/departments/", admin_departments.departments, name="departments"),
    path("admin/departments/new/", admin_departments.department_new, name="department_new"),
    path("admin/departments/<int:department_id>/", admin_departments.department_edit, name="department_edit"),
    path("admin/departments/<int:department_id>/move/", admin_departments.department_move, name="department_move"),
    path("admin/departments/<int:department_id>/head/", admin_departments.name_head, name="name_head"),
    path("admin/departments/<int:department_id>/head/end/", admin_departments.end_headship, name="end_headship"),
    path("admin/departments/<int:department_id>/close/", admin_departments.department_close, name="department_close"),
    path(
        "admin/departments/<int:department_id>/reopen/", admin_departments.department_reopen, name="department_reopen"
    ),
    path("admin/import/", admin_import.import_upload, name="import"),
    path("admin/import/template.xlsx", admin_import.import_template, name="import_template"),
    path("admin/import/<int:draft_id>/", admin_import.import_preview, name="import_preview"),
    path("admin/import/<int:draft_id>/confirm/", admin_import.import_confirm, name="import_confirm"),
    path("admin/import/<int:draft_id>/login-links/", admin_import.import_links, name="import_links"),
]

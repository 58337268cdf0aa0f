"""Addresses of alignment."""

from django.urls import URLPattern, path

from .pages import clauses, memoranda, verify

app_name = "alignment"
_MEMORANDUM = "projects/<int:project_id>/memorandum"
urlpatterns: list[URLPattern] = [
    path(f"{_MEMORANDUM}/", memoranda.memorandum, name="memorandum"),
    path(f"{_MEMORANDUM}/compose/", memoranda.compose, name="memorandum_compose"),
    path(f"{_MEMORANDUM}/edit/", memoranda.edit, name="memorandum_edit"),
    path(f"{_MEMORANDUM}/autosave/", memoranda.autosave, name="memorandum_autosave"),
    path(f"{_MEMORANDUM}/paper/", memoranda.paper, name="memorandum_paper"),
    path(f"{_MEMORANDUM}/send/", memoranda.send, name="memorandum_send"),
    path(f"{_MEMORANDUM}/amend/", memoranda.amend, name="memorandum_amend"),
    path(f"{_MEMORANDUM}/compare/", memoranda.compare, name="memorandum_compare"),
    path(f"{_MEMORANDUM}/file/<slug:fmt>/", memoranda.download, name="memorandum_file"),
    path(f"{_MEMORANDUM}/<int:number>/", memoranda.edition, name="memorandum_edition"),
    path(f"{_MEMORANDUM}/<int:number>/seal/", memoranda.seal, name="memorandum_seal"),
    path(f"{_MEMORANDUM}/<int:number>/file/<slug:fmt>/", memoranda.edition_file, name="memorandum_edition_file"),
    path("breach-clauses/", clauses.clauses, name="clauses"),
    path("breach-clauses/new/", clauses.new_clause, name="clause_new"),
    path("breach-clauses/<int:clause_id>/", clauses.edit_clause, name="clause_edit"),
    path("breach-clauses/<int:clause_id>/use/", clauses.retire_clause, name="clause_retire"),
    path("verify/<slug:code>/", verify.verify, name="verify"),
]

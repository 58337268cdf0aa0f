"""Addresses of alignment."""

from django.urls import URLPattern, path

from .pages import clauses, collabs, memoranda, replies, verify

app_name = "alignment"
_MEMORANDUM = "projects/<int:project_id>/memorandum"
urlpatterns: list[URLPattern] = [
    path("requests/", collabs.collab_list, name="list"),
    path("requests/new/", collabs.new, name="new"),
    path("projects/<int:pk>/request/", collabs.collab, name="collab"),
    path("projects/<int:pk>/request/autosave/", collabs.collab_autosave, name="collab_autosave"),
    path("projects/<int:pk>/request/amend/", collabs.collab_amend, name="collab_amend"),
    path("projects/<int:pk>/request/aside/", collabs.collab_aside, name="collab_aside"),
    path("projects/<int:pk>/request/opinion/", collabs.collab_opinion, name="collab_opinion"),
    path("projects/<int:pk>/request/withdraw/", collabs.collab_withdraw, name="collab_withdraw"),
    path("projects/<int:pk>/request/paper.<slug:fmt>", collabs.collab_paper_file, name="collab_paper"),
    path("projects/<int:pk>/request/import/", collabs.collab_import, name="collab_import"),
    path("projects/<int:pk>/request/files/", collabs.collab_attach, name="collab_attach"),
    path("projects/<int:pk>/request/files/<int:file_id>/remove/", collabs.collab_detach, name="collab_detach"),
    path("asks/<int:ask_id>/", replies.ask, name="ask"),
    path("asks/<int:ask_id>/reply/", replies.ask_reply, name="ask_reply"),
    path("asks/<int:ask_id>/answer/", replies.ask_answer, name="ask_answer"),
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

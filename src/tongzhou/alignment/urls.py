"""Addresses of alignment."""

from django.urls import URLPattern, path

from .pages import collabs, replies

app_name = "alignment"
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
]

"""Addresses of documents."""

from django.urls import URLPattern, path

from .pages import files, letterheads

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("<int:file_id>/", files.file, name="file"),
    path("letterheads/", letterheads.letterheads, name="letterheads"),
    path("letterheads/<int:letterhead_id>/file/", letterheads.letterhead_file, name="letterhead_file"),
    path(
        "letterheads/<int:letterhead_id>/deactivate/", letterheads.deactivate_letterhead, name="letterhead_deactivate"
    ),
]

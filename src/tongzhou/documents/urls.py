"""Addresses of documents."""

from django.urls import path

from . import pages

app_name = "documents"
urlpatterns = [
    path("letterheads/", pages.letterheads, name="letterheads"),
    path("letterheads/<int:letterhead_id>/file/", pages.letterhead_file, name="letterhead_file"),
    path("letterheads/<int:letterhead_id>/deactivate/", pages.deactivate_letterhead, name="letterhead_deactivate"),
]

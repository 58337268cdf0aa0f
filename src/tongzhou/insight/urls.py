"""Addresses of insight; the desk is the first page."""

from django.urls import path

from .pages import desk, due, search, try_out

app_name = "insight"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("search/", search.search, name="search"),
    path("due/", due.due, name="due"),
    path("due/<int:pk>/again/", due.due_again, name="due_again"),
    path("try-out/", try_out.try_out, name="tryout"),
]

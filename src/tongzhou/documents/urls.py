"""Addresses of documents."""

from django.urls import URLPattern, path

from .pages import files

app_name = "documents"
urlpatterns: list[URLPattern] = [path("<int:file_id>/", files.file, name="file")]

"""Addresses of insight; the desk is the first page."""

from django.urls import path

from .pages import desk, due, feeds, rhythm, search, try_out

app_name = "insight"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("search/", search.search, name="search"),
    path("due/", due.due, name="due"),
    path("due/<int:pk>/again/", due.due_again, name="due_again"),
    path("due/alarms/<int:pk>/settle/", due.alarm_settle, name="alarm_settle"),
    path("projects/<int:pk>/rhythm/", rhythm.rhythm, name="rhythm"),
    path("escalations/<int:pk>/take-on/", rhythm.take_on, name="take_on"),
    path("people/me/calendars/", feeds.feeds, name="feeds"),
    path("people/me/calendars/<int:pk>/rotate/", feeds.rotate, name="feed_rotate"),
    path("people/me/calendars/<int:pk>/revoke/", feeds.revoke, name="feed_revoke"),
    path("feeds/<str:secret>.ics", feeds.feed, name="feed_file"),
    path("try-out/", try_out.try_out, name="tryout"),
]

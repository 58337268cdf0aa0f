"""Addresses of messaging."""

from django.urls import path

from .pages import inbox, outbox

app_name = "messaging"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("bell/", inbox.bell, name="bell"),
    path("read-all/", inbox.read_all, name="read_all"),
    path("<int:pk>/open/", inbox.open_notification, name="open"),
    path("outbox/", outbox.outbox, name="admin"),
    path("outbox/<int:pk>/resend/", outbox.resend, name="resend"),
]

"""Addresses of messaging."""

from django.urls import path

from .pages import channels, group_messages, hosts, inbox, outbox, persons

app_name = "messaging"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("bell/", inbox.bell, name="bell"),
    path("read-all/", inbox.read_all, name="read_all"),
    path("<int:pk>/open/", inbox.open_notification, name="open"),
    path("settings/", persons.preferences, name="preferences"),
    path("act/<path:token>/", persons.act, name="act"),
    path("channels/", channels.channels, name="channels"),
    path("channels/new/", channels.channel_new, name="channel_new"),
    path("channels/<int:pk>/", channels.channel, name="channel"),
    path("channels/<int:pk>/change/", channels.channel_edit, name="channel_edit"),
    path("channels/<int:pk>/test/", channels.channel_test, name="channel_test"),
    path("channels/<int:pk>/test/answer/", channels.channel_test_state, name="channel_test_state"),
    path("channels/<int:pk>/pause/", channels.channel_pause, name="channel_pause"),
    path("channels/<int:pk>/remove/", channels.channel_remove, name="channel_remove"),
    path("groups/", group_messages.group_messages, name="group_messages"),
    path("groups/<int:pk>/resend/", group_messages.resend, name="message_resend"),
    path("groups/<int:pk>/settle/", group_messages.settle, name="message_settle"),
    path("try-out/", group_messages.try_out_group, name="try_out_group"),
    path("hosts/", hosts.hosts, name="hosts"),
    path("hosts/<int:pk>/remove/", hosts.host_remove, name="host_remove"),
    path("outbox/", outbox.outbox, name="admin"),
    path("outbox/<int:pk>/resend/", outbox.resend, name="resend"),
]

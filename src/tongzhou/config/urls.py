"""Every address of the system."""

from django.conf import settings
from django.urls import include, path

from .pages import health, live_poll, set_theme, styleguide

urlpatterns = [
    path("healthz", health, name="healthz"),
    path("live/", live_poll, name="live_poll"),
    path("theme/", set_theme, name="set_theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
]
if settings.DEBUG or settings.TESTING:
    urlpatterns += [path("_style/", styleguide, name="styleguide")]

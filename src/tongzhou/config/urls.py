"""Every address of the system."""

from django.conf import settings
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from .api import api
from .pages import api_absent, health, health_of_all, live_poll, set_theme, styleguide

urlpatterns = [
    path("healthz", health, name="healthz"),
    path("healthz/all", health_of_all, name="healthz_all"),
    path("live/", live_poll, name="live_poll"),
    path("theme/", set_theme, name="set_theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("tongzhou.people.account_urls")),
    path("api/v1/", api.urls),
    path("api/v1/<path:rest>", csrf_exempt(api_absent), name="api_absent"),
    path("", include("tongzhou.insight.urls")),
    path("people/", include("tongzhou.people.urls")),
    path("calendars/", include("tongzhou.calendars.urls")),
    path("signoff/", include("tongzhou.signoff.urls")),
    path("files/", include("tongzhou.documents.urls")),
    path("messages/", include("tongzhou.messaging.urls")),
    path("projects/", include("tongzhou.projects.urls")),
    path("", include("tongzhou.meetings.urls")),
    path("", include("tongzhou.alignment.urls")),
    path("", include("tongzhou.planning.urls")),
    path("", include("tongzhou.execution.urls")),
]
if settings.DEBUG or settings.TESTING:
    urlpatterns += [path("_style/", styleguide, name="styleguide")]

"""One way to an object; a stale writer is told and loses no word; a route says who may call it."""

import pytest
from django.http import HttpResponse
from django.urls import path

from tongzhou.core import checks
from tongzhou.core.access import reach
from tongzhou.core.errors import NotFound, StaleWrite
from tongzhou.core.versions import save_version
from tongzhou.people.models import Department

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pk", [0, -1, 2**63, 10**30, 4_000_000])
def test_what_is_not_there_is_not_found_whatever_number_is_asked(pk):
    with pytest.raises(NotFound):
        reach(Department.objects.all(), pk)


def test_the_second_writer_gets_both_versions():
    department = Department.objects.create(name="市场部", code="m")
    mine, theirs = Department.objects.get(), Department.objects.get()
    save_version(theirs, 1, {"name": "市场中心"})
    with pytest.raises(StaleWrite) as refusal:
        save_version(mine, 1, {"name": "品牌部"})
    assert (refusal.value.mine, refusal.value.theirs) == ({"name": "品牌部"}, {"name": "市场中心"})
    assert refusal.value.version == 2
    department.refresh_from_db()
    assert department.name == "市场中心"


def test_every_route_of_ours_declares_who_may_call_it():
    assert checks.every_route_declares_who(None) == []


def test_a_route_without_a_declaration_is_found(monkeypatch):
    def forgotten(request):
        return HttpResponse()

    from tongzhou.config import urls

    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("forgotten/", forgotten)])
    from django.urls import clear_url_caches

    clear_url_caches()
    try:
        found = checks.every_route_declares_who(None)
    finally:
        clear_url_caches()
    assert [error.id for error in found] == ["tongzhou.E001"]
    assert "forgotten/" in found[0].msg

"""Under the bell: told once, in one's own language, read when read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tests.cast import Cast
from tongzhou.core.errors import NotFound
from tongzhou.core.models import LiveSignal
from tongzhou.messaging.models import Delivery, DeliveryState, Notification
from tongzhou.messaging.queries import unread_count
from tongzhou.messaging.services import mark_all_read, mark_read, notify, queue_mail


def told(cast: Cast, part: str = "lead", key: str = "k", link: str = "/projects/") -> Notification:
    """Something the person was told."""
    notify([cast.persons[part].pk], key=key, title="%(name)s", values={"name": "618大促活动"}, link=link)
    return Notification.objects.get(person=cast.persons[part], unique_key=key)


def test_everybody_is_told_once_however_often_it_is_said(cast: Cast) -> None:
    people = [cast.lead.pk, cast.product_head.pk, None]
    assert notify(people, key="k", title="开始") == 2
    assert notify(people, key="k", title="开始") == 0
    assert Delivery.objects.count() == 2


def test_each_person_is_told_in_their_own_language(cast: Cast) -> None:
    cast.product_head.language = "en"
    cast.product_head.save()
    notify([cast.lead.pk, cast.product_head.pk], key="k", title=_("Notifications"))
    titles = dict(Notification.objects.values_list("person__username", "title"))
    assert titles == {"chen.chen": "通知", "wang.lei": "Notifications"}


def test_who_has_left_is_told_nothing(cast: Cast) -> None:
    cast.lead.is_active = False
    cast.lead.save()
    assert notify([cast.lead.pk], key="k", title="开始") == 0


def test_a_notification_makes_the_bell_ring_at_once(cast: Cast) -> None:
    told(cast)
    assert LiveSignal.objects.filter(topic=f"person-{cast.lead.pk}").exists()


def test_reading_one_counts_it_out(cast: Cast) -> None:
    first = told(cast, key="a")
    told(cast, key="b")
    assert unread_count(cast.by("lead")) == 2
    mark_read(first.pk, by=cast.by("lead"))
    assert unread_count(cast.by("lead")) == 1
    assert mark_all_read(by=cast.by("lead")) == 1


def test_nobody_reads_what_another_was_told(cast: Cast) -> None:
    with pytest.raises(NotFound):
        mark_read(told(cast).pk, by=cast.by("product_head"))


def test_opening_one_marks_it_and_goes_where_it_points(client: Client, cast: Cast) -> None:
    note = told(cast)
    client.force_login(cast.lead)
    response = client.post(reverse("messaging:open", args=[note.pk]))
    assert response.headers["Location"] == "/projects/"
    assert Notification.objects.get().read_at is not None


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_link_out_of_the_house_leads_back_to_the_list(client: Client, cast: Cast, link: str) -> None:
    note = told(cast, link=link)
    client.force_login(cast.lead)
    assert client.post(reverse("messaging:open", args=[note.pk])).headers["Location"] == reverse("messaging:inbox")


def test_the_bell_shows_the_number(client: Client, cast: Cast) -> None:
    told(cast)
    client.force_login(cast.lead)
    page = client.get(reverse("messaging:bell"), headers={"HX-Request": "true"}).content.decode()
    assert page.startswith("<a") or page.strip().startswith("<a")
    assert "count-alert" in page
    assert ">1<" in page.replace("\n", "").replace(" ", "")


def test_what_people_are_told_is_text_never_markup(client: Client, cast: Cast) -> None:
    notify([cast.lead.pk], key="k", title="<script>alert(1)</script>", body="=cmd|' /C calc'!A0")
    client.force_login(cast.lead)
    page = client.get(reverse("messaging:inbox")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_list_costs_the_same_with_one_and_with_fifty(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    counts = []
    for number in (1, 50):
        for key in range(number):
            told(cast, key=f"{number}-{key}")
        client.get(reverse("messaging:inbox"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("messaging:inbox"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("part", "status"), [("lead", 403), ("product_head", 403), ("admin", 200), ("pmo", 200)])
def test_the_outbox_is_for_administrators_and_the_pmo(client: Client, cast: Cast, part: str, status: int) -> None:
    client.force_login(cast.persons[part])
    assert client.get(reverse("messaging:admin")).status_code == status
    assert client.get("/api/v1/outbox").status_code == status


def test_the_outbox_does_not_tell_what_a_mail_about_a_project_says(client: Client, cast: Cast) -> None:
    queue_mail(cast.lead, key="a", subject="保密项目的名字", body="保密内容", project_id=7)
    queue_mail(cast.lead, key="b", subject="密码已更改", body="x")
    client.force_login(cast.admin)
    page = client.get(reverse("messaging:admin")).content.decode()
    assert "保密" not in page
    assert "密码已更改" in page
    assert "保密" not in client.get("/api/v1/outbox").content.decode()


def test_a_message_that_failed_is_alarmed_and_sent_again_with_one_click(client: Client, cast: Cast) -> None:
    queue_mail(cast.lead, key="a", subject="s", body="x")
    delivery = Delivery.objects.get()
    Delivery.objects.update(state=DeliveryState.FAILED, last_error="550 no such person")
    client.force_login(cast.admin)
    page = client.get(reverse("messaging:admin")).content.decode()
    assert "550 no such person" in page
    assert client.post(reverse("messaging:resend", args=[delivery.pk])).status_code == 302
    assert Delivery.objects.get().state == DeliveryState.QUEUED


def test_the_api_reads_and_marks(client: Client, cast: Cast) -> None:
    note = told(cast)
    client.force_login(cast.lead)
    found = client.get("/api/v1/inbox").json()
    assert (found["count"], found["unread"], found["items"][0]["title"]) == (1, 1, "618大促活动")
    assert client.post(f"/api/v1/inbox/{note.pk}/read").json()["read_at"] is not None
    assert client.post("/api/v1/inbox/read-all").json() == {"marked": 0}
    client.force_login(cast.product_head)
    assert client.post(f"/api/v1/inbox/{note.pk}/read").status_code == 404

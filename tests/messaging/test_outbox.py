"""The outbox: a mail goes out once, is tried again while the server is away, and says so when nobody knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.conftest import Clock
from tests.messaging.mail_server import MailServer, Mood
from tongzhou.core import clock
from tongzhou.core.errors import NotAllowed, NotFound, TransitionNotAllowed
from tongzhou.messaging.models import Delivery, DeliveryState
from tongzhou.messaging.services import deliver_due, queue_mail, resend


def queued(cast: Cast, key: str = "invitation", subject: str = "618大促活动启动会") -> Delivery:
    """A mail to the product department's contact person."""
    assert queue_mail(cast.product_contact, key=key, subject=subject, body="请于周五前确认。🎉", link="/projects/1/")
    return Delivery.objects.get(unique_key=key)


def test_a_mail_arrives_as_text_and_html_with_its_link(cast: Cast, mail_server: MailServer) -> None:
    queued(cast)
    assert deliver_due() == 1
    assert mail_server.subjects() == ["618大促活动启动会"]
    mail = mail_server.received[0]
    parts = [part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()]
    assert mail["To"] == "zhao.min@example.com"
    assert f"{django_settings.TONGZHOU_PUBLIC_URL}/projects/1/" in parts[0]
    assert "🎉" in parts[1]
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_an_invitation_carries_its_calendar_file(cast: Cast, mail_server: MailServer) -> None:
    queue_mail(cast.product_contact, key="k", subject="会", body="x", calendar="BEGIN:VCALENDAR\nEND:VCALENDAR")
    deliver_due()
    kinds = [part.get_content_type() for part in mail_server.received[0].walk()]
    assert "text/calendar" in kinds


def test_the_same_key_is_one_mail(cast: Cast, mail_server: MailServer) -> None:
    first, second = queued(cast), queued(cast, subject="另一个标题")
    assert (first.pk, first.subject) == (second.pk, second.subject)
    assert deliver_due() + deliver_due() == 1
    assert len(mail_server.received) == 1


def test_queueing_a_mail_is_one_statement(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as found, transaction.atomic():
        queue_mail(cast.product_contact, key="k", subject="s", body="b")
    assert len([query for query in found if "messaging_delivery" in query["sql"]]) == 1
    assert not [query for query in found if "SELECT" in query["sql"]]


def test_nothing_is_made_for_a_person_without_address(cast: Cast) -> None:
    cast.product_contact.email = ""
    assert not queue_mail(cast.product_contact, key="k", subject="s", body="b")
    assert not Delivery.objects.exists()


def test_a_server_that_is_away_is_tried_again_with_growing_pauses_and_then_given_up(
    cast: Cast, mail_server: MailServer, stopped_clock: Clock
) -> None:
    queued(cast)
    mail_server.close()
    pauses = []
    while (delivery := Delivery.objects.get()).state in {DeliveryState.QUEUED, DeliveryState.RETRYING}:
        stopped_clock.moment = max(delivery.next_try_at, clock.now())
        assert deliver_due() == 0
        pauses.append((Delivery.objects.get().next_try_at - clock.now()).total_seconds())
    assert delivery.state == DeliveryState.FAILED
    assert delivery.attempts == 6
    assert "refused" in delivery.last_error.lower()
    for pause, least in zip(pauses, (10, 30, 60, 300, 900), strict=False):
        assert least <= pause <= least * 1.2


def test_a_mail_is_not_tried_before_its_pause_is_over(
    cast: Cast, mail_server: MailServer, stopped_clock: Clock
) -> None:
    queued(cast)
    mail_server.mood = Mood.NOT_NOW
    assert deliver_due() == 0
    mail_server.mood = Mood.TAKES
    assert deliver_due() == 0
    assert Delivery.objects.get().state == DeliveryState.RETRYING
    stopped_clock.moment += timedelta(seconds=13)
    assert deliver_due() == 1


def test_an_address_refused_for_good_fails_at_once(cast: Cast, mail_server: MailServer) -> None:
    queued(cast)
    mail_server.mood = Mood.REFUSES
    assert deliver_due() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 1)
    assert "550" in delivery.last_error


def test_a_line_that_breaks_after_the_handing_over_leaves_the_outcome_unknown(
    cast: Cast, mail_server: MailServer, stopped_clock: Clock
) -> None:
    queued(cast)
    mail_server.mood = Mood.DROPS
    assert deliver_due() == 0
    assert Delivery.objects.get().state == DeliveryState.UNKNOWN
    mail_server.mood = Mood.TAKES
    stopped_clock.moment += timedelta(days=1)
    assert deliver_due() == 0, "nobody sends it a second time by himself"
    resend(Delivery.objects.get().pk, by=cast.by("admin"))
    assert deliver_due() == 1


@pytest.mark.parametrize("state", sorted(set(DeliveryState) - {DeliveryState.FAILED, DeliveryState.UNKNOWN}))
def test_resending_refuses_what_is_on_its_way_or_arrived(cast: Cast, state: DeliveryState) -> None:
    delivery = queued(cast)
    Delivery.objects.update(state=state)
    with pytest.raises(TransitionNotAllowed):
        resend(delivery.pk, by=cast.by("pmo"))


@pytest.mark.parametrize("part", ["lead", "product_head", "sponsor"])
def test_resending_is_for_administrators_and_the_pmo(cast: Cast, part: str) -> None:
    delivery = queued(cast)
    Delivery.objects.update(state=DeliveryState.FAILED)
    with pytest.raises(NotAllowed):
        resend(delivery.pk, by=cast.by(part))


def test_resending_what_is_not_there_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        resend(999, by=cast.by("admin"))


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_every_mail_once(cast: Cast, mail_server: MailServer) -> None:
    mails = 30
    for number in range(mails):
        queued(cast, key=f"mail-{number}", subject=f"第{number}封")
    sent = []

    def work() -> None:
        try:
            sent.append(deliver_due())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(sent) == mails
    assert sorted(mail_server.subjects()) == sorted(f"第{number}封" for number in range(mails))
    assert set(Delivery.objects.values_list("state", "attempts")) == {(DeliveryState.SENT, 1)}


WORKER = "import django; django.setup(); from tongzhou.messaging.services import deliver_due; deliver_due()"


def _database_url() -> str:
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_sending_leaves_an_alarm_and_no_second_mail(
    cast: Cast, mail_server: MailServer, stopped_clock: Clock
) -> None:
    queued(cast)
    mail_server.mood = Mood.HOLDS
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings",
        "PYTHONPATH": "src",
        "TONGZHOU_DATABASE_URL": _database_url(),
        "TONGZHOU_EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}",
    }
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment)
    assert mail_server.began.wait(30), "the worker never handed the mail over"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    assert Delivery.objects.get().state == DeliveryState.SENDING
    # The killed worker's lease was counted on the machine's own clock.
    stopped_clock.moment = Delivery.objects.get().leased_until + timedelta(seconds=1)
    assert deliver_due() == 0
    assert Delivery.objects.get().state == DeliveryState.UNKNOWN
    assert len(mail_server.received) == 1

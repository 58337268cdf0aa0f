"""What the clock does beside firing occasions: anchors the log's head, forgets what has served."""

from __future__ import annotations

import time
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tongzhou.cadence.services import forget_old
from tongzhou.core import clock, live
from tongzhou.core.models import KeptAnswer
from tongzhou.core.verify import anchor_head
from tongzhou.messaging.services import forget_action_links

EVERY_SECONDS = 600
# A job that still runs after this was left behind by a worker that died.
LONGEST_JOB = timedelta(hours=1)
_last = 0.0


def tidy() -> None:
    """Every ten minutes: anchors the head, ends jobs whose worker died, drops what has served its time."""
    global _last
    if _last and time.monotonic() - _last < EVERY_SECONDS:
        return
    _last = time.monotonic()
    anchor_head()
    moment = clock.now()
    live.forget_before(moment - timedelta(hours=1))
    forget_action_links()
    forget_old()
    KeptAnswer.objects.filter(at__lt=moment - timedelta(hours=24)).delete()
    # Sessions and jobs are dated by the framework, so by the real clock, not by the try-out clock.
    real = timezone.now()
    Session.objects.filter(expire_date__lt=real).delete()
    DBTaskResult.objects.running().filter(started_at__lt=real - LONGEST_JOB).update(
        status="FAILED", finished_at=real, traceback="The worker ended while the job ran."
    )
    DBTaskResult.objects.finished().filter(finished_at__lt=real - timedelta(days=14)).delete()

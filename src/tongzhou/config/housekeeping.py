"""What the clock does beside firing occasions: anchors the log's head, forgets what has served."""

from __future__ import annotations

import time
from datetime import timedelta

from tongzhou.core import clock
from tongzhou.core.models import KeptAnswer, LiveSignal
from tongzhou.core.verify import anchor_head

EVERY_SECONDS = 600
_last = 0.0


def tidy() -> None:
    """Every ten minutes: anchor, drop signals older than an hour and kept answers older than a day."""
    global _last
    if _last and time.monotonic() - _last < EVERY_SECONDS:
        return
    _last = time.monotonic()
    anchor_head()
    moment = clock.now()
    LiveSignal.objects.filter(at__lt=moment - timedelta(hours=1)).delete()
    KeptAnswer.objects.filter(at__lt=moment - timedelta(hours=24)).delete()

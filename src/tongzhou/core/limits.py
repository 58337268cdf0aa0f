"""How often the same caller may ask for something public."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest

from .errors import TooManyRequests


def limit(request: HttpRequest, what: str, *, most: int, seconds: int = 60) -> None:
    """Counts a request of this address; raises ``TooManyRequests`` beyond ``most`` in the running window.

    A light brake, not a lock: two requests at the same instant may be counted as one.
    """
    window = int(time.time()) // seconds
    key = f"limit:{what}:{request.META.get('REMOTE_ADDR', '')}:{window}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, seconds)
    if count > most:
        raise TooManyRequests

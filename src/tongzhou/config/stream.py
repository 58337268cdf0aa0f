"""The event stream: a small ASGI process that tells open pages what changed. Imports no view."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.config.settings")
django.setup()

from django.db import DatabaseError, connection  # noqa: E402

from tongzhou.config.processes import end_with_parent  # noqa: E402
from tongzhou.core import live  # noqa: E402
from tongzhou.people import queries as people  # noqa: E402

log = logging.getLogger(__name__)
end_with_parent()

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
T = TypeVar("T")

LOOK_EVERY_SECONDS = 0.25
HEARTBEAT_SECONDS = 20
# A page behind by more than this comes back and catches up by number.
LONGEST_BACKLOG = 200
# Then the page comes back and its subscription is looked at again.
LONGEST_STREAM_SECONDS = 3600

# All questions to the database go through one thread, so through one connection.
_database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")


@dataclass(eq=False)
class Listener:
    """One open page: its topics, and what it has not been told yet."""

    topics: frozenset[str]
    waiting: asyncio.Queue[live.Signal] = field(default_factory=lambda: asyncio.Queue(LONGEST_BACKLOG))
    lost_track: bool = False


class Watch:
    """Looks for new signals while anybody listens: one small query however many pages are open."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.number = 0
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def add(self, listener: Listener) -> None:
        """From now on the listener is told of everything after ``self.number``."""
        async with self._starting:
            if self._task is None or self._task.done():
                self.number = await _ask(live.last_signal)
                self.listeners.add(listener)
                self._task = asyncio.create_task(self._look())
            self.listeners.add(listener)

    async def _look(self) -> None:
        while self.listeners:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            topics = frozenset().union(*(listener.topics for listener in self.listeners))
            try:
                self.number, changes = await _ask(live.signals_after, self.number, topics)
            except DatabaseError:
                # It comes back; the number stays, so nothing is lost meanwhile.
                log.exception("the event stream cannot read the database")
                continue
            for change in changes:
                for listener in self.listeners:
                    if change[1] in listener.topics:
                        self._tell(listener, change)

    @staticmethod
    def _tell(listener: Listener, change: live.Signal) -> None:
        try:
            listener.waiting.put_nowait(change)
        except asyncio.QueueFull:
            listener.lost_track = True


_watch: Watch | None = None


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answers ``/stream?token=…`` with server-sent events and ``/healthz`` with ok."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["type"] != "http":
        return
    if scope["path"] == "/healthz":
        await _plain(send, 200, b"ok")
        return
    query = parse_qs(scope["query_string"].decode("latin-1"))
    subscription = live.read_subscription(query.get("token", [""])[0])
    try:
        if subscription is None or not await _ask(people.session_holds, subscription.person_id, subscription.epoch):
            await _plain(send, 403, b"no")
            return
        await _stream(subscription, _seen(scope, query), receive, send)
    except DatabaseError:
        log.exception("the event stream cannot read the database")
        await _plain(send, 503, b"later")


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _plain(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"access-control-allow-origin", b"*")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _seen(scope: dict[str, Any], query: dict[str, list[str]]) -> int | None:
    """Up to which number the page has seen everything: the last it heard, or the one it was rendered at."""
    heard = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), "")
    for text in (heard, query.get("since", [""])[0]):
        if text.isascii() and text.isdecimal() and len(text) <= 18:
            return int(text)
    return None


async def _stream(subscription: live.Subscription, seen: int | None, receive: Receive, send: Send) -> None:
    global _watch
    if _watch is None:
        _watch = Watch()
    listener = Listener(subscription.topics)
    # First listen, then ask what was missed: between the two nothing can slip through, and numbers tell doubles.
    await _watch.add(listener)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        missed: list[live.Signal] = []
        if seen is not None:
            seen, missed = await _ask(live.catch_up, seen, subscription.topics)
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            # The token in the address is the permission; no cookie is sent or read.
            (b"access-control-allow-origin", b"*"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _write(send, "retry: 1000\n: hello\n\n" + "".join(map(_event, missed)))
        until = time.monotonic() + LONGEST_STREAM_SECONDS
        while not (gone.done() or listener.lost_track) and time.monotonic() < until:
            try:
                change = await _next(listener, gone)
            except TimeoutError:
                await _write(send, ": still here\n\n")
                continue
            if change is None or (change[2] == live.SIGNED_OUT and change[1] == f"person-{subscription.person_id}"):
                break
            if seen is None or change[0] > seen:
                await _write(send, _event(change))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        _watch.listeners.discard(listener)


async def _next(listener: Listener, gone: asyncio.Task[None]) -> live.Signal | None:
    """The next change; None when the page is gone; ``TimeoutError`` when it is time for a sign of life."""
    waiting = asyncio.create_task(listener.waiting.get())
    done, _ = await asyncio.wait({waiting, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if waiting in done:
        return waiting.result()
    waiting.cancel()
    if gone in done:
        return None
    raise TimeoutError


def _event(change: live.Signal) -> str:
    number, topic, name = change
    data = json.dumps({"topic": topic, "name": name, "seq": number})
    return f"id: {number}\nevent: changed\ndata: {data}\n\n"


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _ask(question: Callable[..., T], *arguments: object) -> T:
    def asked() -> T:
        try:
            return question(*arguments)
        except DatabaseError:
            connection.close()
            raise

    return await asyncio.get_running_loop().run_in_executor(_database, asked)

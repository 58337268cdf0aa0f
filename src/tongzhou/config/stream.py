"""The event stream: a small ASGI process that tells open pages what changed. Imports no view."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.config.settings")
django.setup()

from django.db import close_old_connections  # noqa: E402

from tongzhou.core import live  # noqa: E402
from tongzhou.people import queries as people  # noqa: E402

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LOOK_EVERY_SECONDS = 0.25
HEARTBEAT_SECONDS = 20
LONGEST_BACKLOG = 200

_listeners: dict[asyncio.Queue[tuple[int, str, str]], frozenset[str]] = {}
_watcher: asyncio.Task[None] | None = None


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answers ``/stream?token=…`` with server-sent events and ``/healthz`` with ok."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["path"] == "/healthz":
        await _plain(send, 200, b"ok")
        return
    query = parse_qs(scope["query_string"].decode("latin-1"))
    subscription = live.read_subscription(query.get("token", [""])[0])
    if subscription is None or not await asyncio.to_thread(_still_welcome, subscription):
        await _plain(send, 403, b"no")
        return
    await _stream(subscription, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _plain(send: Send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


async def _stream(subscription: live.Subscription, receive: Receive, send: Send) -> None:
    global _watcher
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        # The token in the address is the permission; no cookie is sent or read.
        (b"access-control-allow-origin", b"*"),
    ]
    queue: asyncio.Queue[tuple[int, str, str]] = asyncio.Queue(LONGEST_BACKLOG)
    _listeners[queue] = subscription.topics
    if _watcher is None or _watcher.done():
        _watcher = asyncio.create_task(_watch())
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 2000\n: hello\n\n", "more_body": True})
        while not gone.done():
            waiting = asyncio.create_task(queue.get())
            done, _pending = await asyncio.wait(
                {waiting, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if waiting not in done:
                waiting.cancel()
                if not gone.done():
                    await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})
                continue
            number, topic, name = waiting.result()
            if name == live.SIGNED_OUT and topic == f"person-{subscription.person_id}":
                break
            data = json.dumps({"topic": topic, "name": name, "seq": number})
            await send(
                {
                    "type": "http.response.body",
                    "body": f"id: {number}\nevent: changed\ndata: {data}\n\n".encode(),
                    "more_body": True,
                }
            )
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        _listeners.pop(queue, None)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _watch() -> None:
    """Looks for new signals while anybody listens: one small query however many pages are open."""
    number = await asyncio.to_thread(_last)
    while _listeners:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        every = frozenset().union(*_listeners.values()) if _listeners else frozenset()
        number, changes = await asyncio.to_thread(_after, number, every)
        for topic, name in changes:
            for queue, topics in list(_listeners.items()):
                if topic in topics and not queue.full():
                    queue.put_nowait((number, topic, name))


def _last() -> int:
    close_old_connections()
    return live.last_signal()


def _after(number: int, topics: frozenset[str]) -> tuple[int, list[tuple[str, str]]]:
    close_old_connections()
    return live.signals_after(number, topics)


def _still_welcome(subscription: live.Subscription) -> bool:
    close_old_connections()
    return people.session_holds(subscription.person_id, subscription.epoch)

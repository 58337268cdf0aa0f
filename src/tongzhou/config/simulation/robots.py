"""Group robots on the loopback: each checks signature, size, rate and shape as its vendor documents them.

They answer with the vendor's recorded answers, and can be put into a mood in which they do not: refusals, 429, 500, silence,
a broken line, a body that drips, somebody else's HTML, a redirect. The simulation and the tests talk to them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import tongzhou.messaging.channels as channels
from tongzhou.core import clock

ANSWERS = Path(channels.__file__).parent
HOUR = 3600


class Mood(StrEnum):
    """What the robot does instead of its work."""

    WORKS = "works"
    TOO_MANY = "HTTP 429"
    BROKEN = "HTTP 500"
    GATEWAY = "HTTP 504"
    SILENT = "takes it and never answers"
    HANGS_UP = "takes it and breaks the line"
    DRIPS = "answers one byte at a time"
    HTML = "somebody's login page with 200"
    REDIRECT = "leads elsewhere"
    STOPPED = "refuses for good"


@dataclass
class Robot:
    """One robot; listens until it is closed.

    ``said`` are the texts that stand in the group; ``requests`` counts every try; ``wrong`` says what was malformed.
    ``temper`` chooses the mood anew for every request.
    """

    vendor: str
    secret: str = ""
    mood: Mood = Mood.WORKS
    temper: Callable[[], Mood] | None = None
    now: Callable[[], datetime] = lambda: clock.now()
    said: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    requests: int = 0
    followed: int = 0
    busy: int = 0
    most_busy: int = 0
    blocked_until: float = 0.0
    began: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _accepted: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with owner.lock:
                    owner.requests += 1
                    owner.busy += 1
                    owner.most_busy = max(owner.most_busy, owner.busy)
                try:
                    owner._answer(self, body)
                finally:
                    with owner.lock:
                        owner.busy -= 1

            def do_GET(self) -> None:
                owner.followed += 1
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        """Where messages go, in the vendor's form."""
        path = {
            "wecom": "/cgi-bin/webhook/send?key=7c1f-key",
            "dingtalk": "/robot/send?access_token=t0ken",
            "feishu": "/open-apis/bot/v2/hook/t0ken",
            "lark": "/open-apis/bot/v2/hook/t0ken",
            "webhook": "/hook",
            "slack": "/services/T0/B0/x",
            "teams": "/workflows/x",
        }[self.vendor]
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        """Stops listening."""
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    def texts(self) -> list[str]:
        """What readers of the group see."""
        return [_text(self.vendor, body) for body in self.said]

    def _answer(self, peer: BaseHTTPRequestHandler, body: bytes) -> None:
        mood = self.temper() if self.temper else self.mood
        if mood is Mood.TOO_MANY:
            return self._say(peer, b"slow down", status=429, kind="text/plain", Retry_After="30")
        if mood in {Mood.BROKEN, Mood.GATEWAY}:
            return self._say(peer, b"oops", status=500 if mood is Mood.BROKEN else 504, kind="text/plain")
        if mood is Mood.REDIRECT:
            return self._say(peer, b"", status=302, Location=f"http://127.0.0.1:{self.port}/elsewhere")
        if mood is Mood.HTML:
            return self._say(peer, b"<html><title>Login</title></html>", kind="text/html")
        answer, kind = self._judge(peer, body, mood)
        self.began.set()
        if mood is Mood.SILENT:
            self.release.wait(30)
            return None
        if mood is Mood.HANGS_UP:
            # A reset, not a polite goodbye.
            peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.connection.close()
            peer.rfile = peer.wfile = _Nowhere()  # type: ignore[assignment]
            return None
        if mood is Mood.DRIPS:
            peer.send_response(200)
            peer.send_header("Content-Length", str(len(answer)))
            peer.end_headers()
            for byte in answer:
                if self.release.wait(0.2):
                    return None
                try:
                    peer.wfile.write(bytes([byte]))
                    peer.wfile.flush()
                except OSError:
                    return None
            return None
        return self._say(peer, answer, kind=kind)

    def _judge(self, peer: BaseHTTPRequestHandler, body: bytes, mood: Mood) -> tuple[bytes, str]:
        """The vendor's own answer; takes the message when it is as documented."""
        check = getattr(self, f"_{'feishu' if self.vendor == 'lark' else self.vendor}")
        try:
            found = json.loads(body)
        except ValueError:
            self.wrong.append("no JSON")
            found = {}
        moment = self.now().timestamp()
        with self.lock:
            refusal = recorded(self.vendor, STOPPED[self.vendor]) if mood is Mood.STOPPED else None
            refusal = refusal or check(peer, found, body, moment)
            if refusal is None:
                self.said.append(found)
                self._accepted = [at for at in self._accepted if moment - at < HOUR] + [moment]
        kind = "application/json" if self.vendor not in {"webhook", "slack", "teams"} else "text/plain"
        return refusal or recorded(self.vendor, "ok"), kind

    def _rate(self, moment: float, *rates: tuple[int, int]) -> bool:
        return all(sum(moment - at < seconds for at in self._accepted) < count for count, seconds in rates)

    def _wecom(self, peer: Any, found: dict[str, Any], body: bytes, moment: float) -> bytes | None:
        if "key=7c1f-key" not in peer.path:
            return recorded("wecom", "bad_key")
        if not self._rate(moment, (20, 60)):
            self.wrong.append("too frequent")
            return recorded("wecom", "too_frequent")
        kind = found.get("msgtype")
        limit = {"text": 2048, "markdown": 4096}.get(str(kind), 0)
        content = found.get(str(kind), {}).get("content", "")
        if not content or len(content.encode()) > limit:
            self.wrong.append(f"{kind}: {len(content.encode())} bytes")
            return recorded("wecom", "too_long")
        if kind == "markdown" and ({"mentioned_list", "mentioned_mobile_list"} & set(found["markdown"])):
            self.wrong.append("Markdown has no mentioned_list")
        return None

    def _dingtalk(self, peer: Any, found: dict[str, Any], body: bytes, moment: float) -> bytes | None:
        query = parse_qs(urlsplit(peer.path).query)
        if query.get("access_token") != ["t0ken"]:
            return recorded("dingtalk", "bad_token")
        if moment < self.blocked_until or not self._rate(moment, (20, 60)):
            self.wrong.append("too fast")
            self.blocked_until = max(self.blocked_until, moment + 600)
            return recorded("dingtalk", "too_fast")
        if self.secret:
            stamp = query.get("timestamp", ["0"])[0]
            wanted = base64.b64encode(
                hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()
            ).decode()
            if query.get("sign") != [wanted] or abs(int(stamp) / 1000 - moment) > HOUR:
                self.wrong.append("signature")
                return recorded("dingtalk", "bad_signature")
        text = found.get("markdown", {}).get("text", "")
        if found.get("msgtype") != "markdown" or not text or not found["markdown"].get("title"):
            self.wrong.append("shape")
            return recorded("dingtalk", "no_keyword")
        at = found.get("at", {})
        for called in (*at.get("atMobiles", []), *at.get("atUserIds", [])):
            if f"@{called}" not in text:
                self.wrong.append("called, but not named in the text")
        if len(body) > 20_000:
            self.wrong.append("too long")
        return None

    def _feishu(self, peer: Any, found: dict[str, Any], body: bytes, moment: float) -> bytes | None:
        if not peer.path.endswith("/hook/t0ken"):
            return recorded("feishu", "bad_token")
        if not self._rate(moment, (5, 1), (100, 60)):
            self.wrong.append("too frequent")
            return recorded("feishu", "too_frequent")
        if self.secret:
            stamp = str(found.get("timestamp", "0"))
            wanted = base64.b64encode(
                hmac.new(f"{stamp}\n{self.secret}".encode(), b"", hashlib.sha256).digest()
            ).decode()
            # Milliseconds are far in the future.
            if found.get("sign") != wanted or abs(int(stamp) - moment) > HOUR:
                self.wrong.append("signature")
                return recorded("feishu", "bad_signature")
        if len(body) > 20_000 or found.get("msg_type") != "post":
            self.wrong.append(f"{found.get('msg_type')}: {len(body)} bytes")
        return None

    def _webhook(self, peer: Any, found: dict[str, Any], body: bytes, moment: float) -> bytes | None:
        stamp = peer.headers.get("X-Tongzhou-Timestamp", "0")
        wanted = "v1=" + hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        if peer.headers.get("X-Tongzhou-Signature") != wanted or abs(int(stamp) - moment) > 300:
            self.wrong.append("signature")
        return None

    def _slack(self, peer: Any, found: dict[str, Any], body: bytes, moment: float) -> bytes | None:
        if not found.get("text"):
            self.wrong.append("shape")
        return None

    def _teams(self, peer: Any, found: dict[str, Any], body: bytes, moment: float) -> bytes | None:
        if found.get("attachments", [{}])[0].get("content", {}).get("type") != "AdaptiveCard" or len(body) > 28_000:
            self.wrong.append("shape")
        return None

    @staticmethod
    def _say(
        peer: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, kind: str = "text/plain", **more: str
    ) -> None:
        peer.send_response(status)
        peer.send_header("Content-Type", kind)
        peer.send_header("Content-Length", str(len(body)))
        for name, value in more.items():
            peer.send_header(name.replace("_", "-"), value)
        peer.end_headers()
        peer.wfile.write(body)


class _Nowhere:
    closed = False

    def __getattr__(self, name: str) -> Any:
        return lambda *args: b""


STOPPED = {
    "wecom": "bad_key",
    "dingtalk": "bad_signature",
    "feishu": "bad_signature",
    "lark": "bad_signature",
    "slack": "no_service",
}


def recorded(vendor: str, name: str) -> bytes:
    """An answer of the service, kept beside its adapter."""
    folder = ANSWERS / ("feishu" if vendor == "lark" else vendor) / "answers"
    for ending in ("json", "txt"):
        if (file := folder / f"{name}.{ending}").is_file():
            return file.read_bytes()
    return b""


def _text(vendor: str, body: dict[str, Any]) -> str:
    match vendor:
        case "wecom":
            return str(body[body["msgtype"]]["content"])
        case "dingtalk":
            return str(body["markdown"]["text"])
        case "feishu" | "lark":
            post = body["content"]["post"]["zh_cn"]
            rows = [
                "".join(piece.get("text") or f"@{piece.get('user_name', '')}" for piece in row)
                for row in post["content"]
            ]
            return "\n".join([post["title"], *rows])
        case "webhook":
            return "\n".join(line for part in body["messages"] for line in (part["title"], *part["lines"]))
        case "slack":
            return str(body["text"])
    blocks = body["attachments"][0]["content"]["body"]
    return "\n".join(block["text"] for block in blocks)

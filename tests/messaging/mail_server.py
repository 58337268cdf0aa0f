"""A small SMTP server on the loopback that takes, refuses, drops or holds mails as the test wants."""

from __future__ import annotations

import socket
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from enum import StrEnum


class Mood(StrEnum):
    """How the server behaves."""

    TAKES = "takes"
    REFUSES = "refuses"
    NOT_NOW = "not now"
    DROPS = "drops"
    HOLDS = "holds"


@dataclass
class MailServer:
    """``received`` are the mails it has taken; ``began`` is set when the first one has been handed over."""

    mood: Mood = Mood.TAKES
    received: list[Message] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0

    def __post_init__(self) -> None:
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                owner.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    def talk(self, peer: socketserver.StreamRequestHandler) -> None:
        """One SMTP conversation."""

        def say(line: str) -> None:
            peer.wfile.write(f"{line}\r\n".encode())

        say("220 loopback")
        while line := peer.rfile.readline().decode("ascii", "replace").strip().upper():
            if line.startswith("DATA"):
                say("354 go on")
                text = self._read_data(peer)
                self.began.set()
                if self.mood is Mood.DROPS:
                    peer.connection.shutdown(socket.SHUT_RDWR)
                    return
                with self.lock:
                    self.received.append(message_from_bytes(text))
                if self.mood is Mood.HOLDS:
                    self.release.wait(30)
                say("250 taken")
            elif line.startswith("RCPT") and self.mood is Mood.REFUSES:
                say("550 no such person")
            elif line.startswith("RCPT") and self.mood is Mood.NOT_NOW:
                say("450 try later")
            elif line.startswith("QUIT"):
                say("221 bye")
                return
            else:
                say("250 ok")

    def subjects(self) -> list[str]:
        """The subjects of what was taken, readable."""
        return [str(make_header(decode_header(mail["Subject"]))) for mail in self.received]

    @staticmethod
    def _read_data(peer: socketserver.StreamRequestHandler) -> bytes:
        lines = []
        while (line := peer.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

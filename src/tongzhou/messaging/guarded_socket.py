"""Sockets of outgoing requests: opened only to addresses that were judged, and never alive past the deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore2

from . import outgoing


class GuardedBackend(httpcore2.SyncBackend):
    """Opens a connection to the very address that was judged; the name is kept for TLS only."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """The first of the host's addresses that answers."""
        failure: Exception = outgoing.NotConnected("no address")
        for _family, address in outgoing.addresses_of(host, port):
            try:
                stream = super().connect_tcp(address, port, self._left(timeout), local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                failure = refused
                continue
            return TimedStream(stream, self.deadline)
        raise failure

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        """Never: that is a door into this machine."""
        raise outgoing.NotAllowedOut("private_address")

    def _left(self, timeout: float | None) -> float:
        left = max(self.deadline - time.monotonic(), 0.01)
        return left if timeout is None else min(timeout, left)


class TimedStream(httpcore2.NetworkStream):
    """A stream whose every step ends at the deadline, so that an answer that drips holds nobody up."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: float) -> None:
        self.inner = inner
        self.deadline = deadline

    def _left(self, timeout: float | None, late: type[Exception]) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise late("the whole request took too long")
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come."""
        return self.inner.read(max_bytes, self._left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Hands over."""
        self.inner.write(buffer, self._left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        """Hangs up."""
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """TLS with the name that was asked for."""
        left = self._left(timeout, httpcore2.ConnectTimeout)
        return TimedStream(self.inner.start_tls(ssl_context, server_hostname, left), self.deadline)

    def get_extra_info(self, info: str) -> Any:
        """Of the socket underneath."""
        return self.inner.get_extra_info(info)

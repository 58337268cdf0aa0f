"""Tokens for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tongzhou.people import services


class Program:
    """A program with somebody's token; speaks JSON."""

    def __init__(self, secret: str, **headers: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {secret}", **headers}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Sends one request below /api/v1; ``body`` goes as JSON, bytes go as they are."""
        import orjson

        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self.client.generic(
            method, f"/api/v1{path}", data, content_type="application/json", headers={**self.headers, **headers}
        )

    def get(self, path: str, **headers: str) -> Any:
        """Reads."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Acts."""
        return self.send("POST", path, body, **headers)


@pytest.fixture
def program(cast: Cast) -> Callable[[str], Program]:
    """``program("lead")``: a program that acts for the lead."""
    return lambda part: Program(services.create_api_token("程序", 30, by=cast.by(part))[1])

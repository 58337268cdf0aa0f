"""Endpoints of people, over the same services and queries as its pages."""

from ninja import Router

from .departments import router as departments
from .me import router as me
from .persons import router as persons

router = Router(tags=["people"])
for part in (persons, departments, me):
    router.add_router("", part)

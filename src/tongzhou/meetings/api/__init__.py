"""Endpoints of meetings, over the same services and queries as its pages."""

from ninja import Router

from .meetings import router as meetings
from .minutes import router as minutes
from .notes import router as notes

router = Router(tags=["meetings"])
for part in (meetings, notes, minutes):
    router.add_router("", part)

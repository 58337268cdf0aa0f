"""Execution for programs."""

from ninja import Router

from .daily import router as daily
from .weekly import router as weekly

router = Router(tags=["execution"])
router.add_router("", daily)
router.add_router("", weekly)

"""Execution for programs."""

from ninja import Router

from .board import router as board
from .daily import router as daily
from .outlook import router as outlook
from .weekly import router as weekly

router = Router(tags=["execution"])
router.add_router("", board)
router.add_router("", daily)
router.add_router("", outlook)
router.add_router("", weekly)

"""Endpoints of alignment, over the same services and queries as its pages."""

from ninja import Router

from .collabs import router as collabs
from .memoranda import router as memoranda

router = Router(tags=["alignment"])
router.add_router("", collabs)
router.add_router("", memoranda)

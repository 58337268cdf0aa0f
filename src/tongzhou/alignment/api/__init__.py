"""Endpoints of alignment, over the same services and queries as its pages."""

from ninja import Router

from .asks import router as asks
from .collab_files import router as collab_files
from .collabs import router as collabs
from .memoranda import router as memoranda

router = Router(tags=["alignment"])
router.add_router("", collabs)
router.add_router("", collab_files)
router.add_router("", asks)
router.add_router("", memoranda)

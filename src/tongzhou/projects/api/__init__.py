"""Endpoints of projects, over the same services and queries as the pages."""

from ninja import Router

from .commitments import router as commitments
from .objectives import router as objectives
from .people import router as people
from .projects import router as projects
from .wording import router as wording

router = Router(tags=["projects"])
for part in (projects, objectives, commitments, people, wording):
    router.add_router("", part)

"""The plan of a project for programs."""

from ninja import Router

from .baselines import router as baselines
from .communication import router as communication
from .forecast import router as forecast
from .leveling import router as leveling
from .plan_files import router as plan_files
from .promises import router as promises
from .questions import router as questions
from .raci import router as raci
from .resource_conflicts import router as resource_conflicts
from .resource_files import router as resource_files
from .resource_needs import router as resource_needs
from .resource_requests import router as resource_requests
from .supply import router as supply
from .tasks import router as tasks
from .work import router as work

router = Router(tags=["planning"])
router.add_router("", tasks)
router.add_router("", plan_files)
router.add_router("", raci)
router.add_router("", communication)
# Addresses with a word before those with a need's number.
router.add_router("", resource_files)
router.add_router("", resource_requests)
router.add_router("", resource_conflicts)
router.add_router("", resource_needs)
router.add_router("", supply)
router.add_router("", baselines)
router.add_router("", work)
router.add_router("", questions)
router.add_router("", promises)
router.add_router("", leveling)
router.add_router("", forecast)

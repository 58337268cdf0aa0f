"""The plan of a project for programs."""

from ninja import Router

from .baselines import router as baselines
from .communication import router as communication
from .raci import router as raci
from .resources import router as resources
from .tasks import router as tasks

router = Router(tags=["planning"])
router.add_router("", tasks)
router.add_router("", raci)
router.add_router("", communication)
router.add_router("", resources)
router.add_router("", baselines)

"""What the endpoints of resources have in common: their address, pieces, percent, money."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

Pieces = Annotated[int, Field(ge=1, le=10_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Money = Annotated[Decimal, Field(max_digits=16, decimal_places=2, ge=0)]
PLAN = "/projects/{project_id}/plan/resources"

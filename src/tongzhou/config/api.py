"""The API at ``/api/v1``: every package's endpoints, one way of logging in, problem details for every refusal."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from tongzhou.alignment.api import router as alignment
from tongzhou.calendars.api import router as calendars
from tongzhou.core.api import OrjsonRenderer, add_problem_answers, describe_problems
from tongzhou.documents.api import router as documents
from tongzhou.execution.api import router as execution
from tongzhou.insight.api import router as insight
from tongzhou.meetings.api import router as meetings
from tongzhou.messaging.api import router as messaging
from tongzhou.people.api import router as people
from tongzhou.people.api.auth import AUTH
from tongzhou.planning.api import router as planning
from tongzhou.projects.api import router as projects
from tongzhou.signoff.api import router as signoff


class DescribedAPI(NinjaAPI):
    """The API, whose own description names refusals as well."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """OpenAPI, with problem details as the answer to whatever is refused."""
        return describe_problems(super().get_openapi_schema(**options))


api = DescribedAPI(
    title="Tongzhou 同舟",
    version="1.0.0",
    description="All that the pages can do. Refusals are problem details (RFC 9457); POST takes an Idempotency-Key.",
    renderer=OrjsonRenderer(),
    auth=AUTH,
    urls_namespace="api",
    docs_url="/docs",
)
add_problem_answers(api)
for router in (
    people,
    calendars,
    documents,
    messaging,
    signoff,
    projects,
    meetings,
    alignment,
    planning,
    execution,
    insight,
):
    api.add_router("", router)

"""Endpoints of people, over the same services and queries as its pages."""

from ninja import Router

router = Router(tags=["people"])

"""Teams: an adaptive card to the address of a workflow; HTTP 202 says that it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..calling import JSON_HEADERS, HttpKind, by_status, encoded, shown
from ..contract import HowTo, Outcome, Outgoing, Rate, Verdict, Wire
from ..cutting import cut_line, cut_to
from ..marks import plain

LONGEST = 26_000
LONGEST_TITLE = 600


class Teams(HttpKind):
    """Messages to a Teams channel by a workflow."""

    key = "teams"
    icon = "brand-teams"
    hosts = ("*.webhook.office.com", "*.logic.azure.com", "*.logic.azure.cn", "*.api.powerplatform.com")
    address_label = _("Address of the workflow")
    address_example = "https://….logic.azure.com/workflows/…"
    rates = (Rate(4, 1), Rate(60, 60))
    how_to = HowTo(
        steps=(
            _(
                "In Teams: “…” beside the channel → “Workflows” → “Post to a channel when a webhook request is received”."
            ),
            _("Choose team and channel, add the workflow."),
            _("Copy the address that is shown and paste it here."),
        ),
        documentation="https://support.microsoft.com/office/8ae491c7-0394-4861-ba59-055e33f75498",
    )

    def compose(self, outgoing: Outgoing, address: str, secret: str) -> Wire:
        """An adaptive card."""
        kept = [outgoing]

        def render(shorter: Outgoing) -> str:
            kept[0] = replace(
                shorter, parts=tuple(replace(part, title=cut_line(part.title, LONGEST_TITLE)) for part in shorter.parts)
            )
            return encoded(_card(kept[0])).decode()

        cut_to(outgoing, render, LONGEST)
        return Wire(address, encoded(_card(kept[0])), JSON_HEADERS)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """2xx, unless a page of somebody else came back."""
        if (found := by_status(status, headers, body)) is not None:
            return found
        if "html" in headers.get("content-type", ""):
            return Outcome(Verdict.UNKNOWN, "not_the_service")
        return Outcome(Verdict.SENT, "ok", shown(body))

    def fits(self, outgoing: Outgoing) -> bool:
        """Within 28 KB with its frame."""
        return len(encoded(_card(outgoing))) <= LONGEST


def _card(outgoing: Outgoing) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for part in outgoing.parts:
        blocks.append(_block(part.title, weight="Bolder", size="Medium"))
        blocks += [_block(line, spacing="Small") for line in part.lines if line.strip()]
        if part.link:
            links.append({"type": "Action.OpenUrl", "title": part.link_label or part.link, "url": part.link})
    if outgoing.mentions:
        blocks.append(_block(" ".join(f"@{mention.name}" for mention in outgoing.mentions)))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
        "actions": links,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _block(text: str, **look: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": plain(text), "wrap": True, **look}

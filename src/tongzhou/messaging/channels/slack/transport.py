"""Slack: the address is the secret; the answer is a word of plain text."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ..calling import JSON_HEADERS, HttpKind, by_status, encoded, shown
from ..contract import HowTo, Outcome, Outgoing, Part, Rate, Verdict, Wire, Words
from ..cutting import bytes_of, cut_to

LONGEST = 12_000
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


class Slack(HttpKind):
    """Messages to a Slack channel by an incoming webhook."""

    key = "slack"
    icon = "brand-slack"
    hosts = ("hooks.slack.com",)
    path_begins = "/services/"
    address_label = _("Webhook address")
    address_example = "https://hooks.slack.com/services/…"
    rates = (Rate(1, 1), Rate(50, 60))
    how_to = HowTo(
        steps=(
            _(
                "Open api.slack.com/apps → “Create New App” → “From scratch”, name it Tongzhou and choose the workspace."
            ),
            _("“Incoming Webhooks” → switch on → “Add New Webhook to Workspace” → choose the channel."),
            _("Copy the webhook URL and paste it here."),
        ),
        notes=(_("People are called (@) by the Slack member id (U…) they give under their notification settings."),),
        documentation="https://api.slack.com/messaging/webhooks",
    )
    code_words: Mapping[str, Words] = {
        "no_service": _("Slack does not know this webhook: it was removed, or the address is wrong"),
        "invalid_token": _("Slack does not know this webhook: it was removed, or the address is wrong"),
        "channel_is_archived": _("The Slack channel is archived"),
        "channel_not_found": _("The Slack channel no longer exists"),
        "invalid_payload": _("Slack found the message malformed"),
    }

    def compose(self, outgoing: Outgoing, address: str, secret: str) -> Wire:
        """mrkdwn text."""
        return Wire(address, encoded({"text": cut_to(outgoing, _text, LONGEST)}), JSON_HEADERS)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
        """``ok`` is success; a known word says why not."""
        text = shown(body)
        if status == 200:
            return Outcome(Verdict.SENT, "ok", text) if text == "ok" else Outcome(Verdict.UNKNOWN, "not_the_service")
        if text in self.code_words:
            return Outcome(Verdict.PERMANENT, text, text)
        return by_status(status, headers, body) or Outcome(Verdict.UNKNOWN, "not_the_service")

    def fits(self, outgoing: Outgoing) -> bool:
        """Within what Slack shows in one message."""
        return bytes_of(_text(outgoing)) <= LONGEST


def _plain(text: str) -> str:
    for char, escape in _ESCAPES:
        text = text.replace(char, escape)
    # ``!`` calls @channel and @here only inside <…>, which no text of people can open any more.
    return text


def _text(outgoing: Outgoing) -> str:
    blocks = ["\n".join(_lines(part)) for part in outgoing.parts]
    calls = [
        f"<@{mention.user_id}>" if mention.user_id.isalnum() else f"@{_plain(mention.name)}"
        for mention in outgoing.mentions
    ]
    return "\n\n".join([*blocks, *([" ".join(calls)] if calls else [])])


def _lines(part: Part) -> list[str]:
    lines = [f"*{_plain(part.title).replace('*', '∗')}*", *(_plain(line) for line in part.lines if line.strip())]
    if part.link:
        lines.append(f"<{_plain(part.link).replace('|', '%7C')}|{_plain(part.link_label or part.link)}>")
    return lines

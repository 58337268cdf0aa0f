"""How a message looks in DingTalk: Markdown, with the people called named in the text and in ``at``."""

from __future__ import annotations

from typing import Any

from ..contract import Mention, Outgoing
from ..cutting import bytes_of, cut_line, cut_to
from ..marks import markdown_of, plain

# About 20 KB a message; the text is what makes it long.
LONGEST = 18_000
LONGEST_TITLE = 200


def body_of(outgoing: Outgoing) -> dict[str, Any]:
    """The request's body, within the service's bytes."""
    mentions = outgoing.mentions
    return {
        "msgtype": "markdown",
        "markdown": {
            "title": cut_line(plain(outgoing.title), LONGEST_TITLE),
            "text": cut_to(outgoing, _markdown, LONGEST),
        },
        "at": {
            "atMobiles": [mention.mobile for mention in mentions if mention.mobile and not mention.user_id],
            "atUserIds": [mention.user_id for mention in mentions if mention.user_id],
            "isAtAll": False,
        },
    }


def fits(outgoing: Outgoing) -> bool:
    """True when nothing has to be cut."""
    return bytes_of(_markdown(outgoing)) <= LONGEST


def _markdown(outgoing: Outgoing) -> str:
    # A single line end is no line end in DingTalk's Markdown.
    calls = " ".join(f"@{_called(mention)}" for mention in outgoing.mentions)
    return markdown_of(outgoing, calls=calls, heading="#### {}", gap="\n\n")


def _called(mention: Mention) -> str:
    """DingTalk calls only whom the text names in the same way as ``at`` does."""
    return mention.user_id or mention.mobile or plain(mention.name)

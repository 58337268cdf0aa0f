"""How a message looks in WeCom: Markdown, or plain text where people are called by mobile, which only text can."""

from __future__ import annotations

from typing import Any

from ..contract import Outgoing
from ..cutting import bytes_of, cut_to
from ..marks import markdown_of, plain, text_of

LONGEST_MARKDOWN = 4096
LONGEST_TEXT = 2048


def body_of(outgoing: Outgoing) -> dict[str, Any]:
    """The request's body, within the service's bytes."""
    if wants_text(outgoing):
        return {
            "msgtype": "text",
            "text": {
                "content": cut_to(outgoing, _text, LONGEST_TEXT),
                "mentioned_list": [mention.user_id for mention in outgoing.mentions if mention.user_id],
                "mentioned_mobile_list": [
                    mention.mobile for mention in outgoing.mentions if mention.mobile and not mention.user_id
                ],
            },
        }
    return {"msgtype": "markdown", "markdown": {"content": cut_to(outgoing, _markdown, LONGEST_MARKDOWN)}}


def fits(outgoing: Outgoing) -> bool:
    """True when nothing has to be cut."""
    if wants_text(outgoing):
        return True
    return bytes_of(_markdown(outgoing)) <= LONGEST_MARKDOWN


def wants_text(outgoing: Outgoing) -> bool:
    """A mobile is called in text messages only; a text that would be cut for it goes out whole and calls by name."""
    by_mobile = any(mention.mobile and not mention.user_id for mention in outgoing.mentions)
    return by_mobile and bytes_of(_text(outgoing)) <= LONGEST_TEXT


def _markdown(outgoing: Outgoing) -> str:
    calls = [
        f"<@{_id(mention.user_id)}>" if mention.user_id else f"@{plain(mention.name)}" for mention in outgoing.mentions
    ]
    return markdown_of(outgoing, calls=" ".join(calls))


def _text(outgoing: Outgoing) -> str:
    # <@someone> calls people in text as well.
    return text_of(outgoing).replace("<", "＜").replace(">", "＞")


def _id(user_id: str) -> str:
    return "".join(char for char in user_id if char.isalnum() or char in "._-@")

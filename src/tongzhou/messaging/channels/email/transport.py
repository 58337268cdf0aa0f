"""E-mail: one mail to all addresses of the list, by the company's mail server."""

from __future__ import annotations

import smtplib
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..contract import HowTo, Kind, Outcome, Outgoing, Rate, Verdict, Words
from ..marks import text_of

MOST_ADDRESSES = 50
_PERMANENT = 500


def addresses(text: str) -> list[str]:
    """The addresses, separated by commas, semicolons or spaces, Chinese ones too."""
    for mark in ",;，；、\n\t":
        text = text.replace(mark, " ")
    return list(dict.fromkeys(text.split()))


class Email(Kind):
    """Messages to people without a common chat."""

    key = "email"
    icon = "mail"
    address_label = _("Mail addresses")
    address_example = "a@example.com, b@example.com"
    rates = (Rate(30, 60),)
    how_to = HowTo(
        steps=(
            _("Enter up to 50 addresses, separated by commas; a mailing list of your company is one of them."),
            _("An administrator of the server has set the mail server (TONGZHOU_EMAIL_URL)."),
        ),
        notes=(_("Everybody on the list sees the other addresses, as in a group."),),
    )
    code_words = {
        "refused": _("The mail server refused every address"),
        "not_now": _("The mail server does not take it now; it is tried again"),
    }

    def check_address(self, address: str) -> Words:
        """Every one is an address."""
        found = addresses(address)
        if not 1 <= len(found) <= MOST_ADDRESSES:
            return _("Give 1 to %(most)s addresses") % {"most": MOST_ADDRESSES}
        for one in found:
            try:
                validate_email(one)
            except ValidationError:
                return _("“%(text)s” is no mail address") % {"text": one}
        return ""

    def send(self, outgoing: Outgoing, address: str, secret: str) -> Outcome:
        """Plain text and HTML."""
        mail = EmailMultiAlternatives(
            " ".join(outgoing.title.split())[:300], text_of(outgoing), settings.DEFAULT_FROM_EMAIL, addresses(address)
        )
        mail.extra_headers = {"Auto-Submitted": "auto-generated"}
        mail.attach_alternative(_html(outgoing), "text/html")
        connection = get_connection()
        try:
            connection.open()
        except Exception:
            return Outcome(Verdict.PASSING, "unreachable")
        try:
            connection.send_messages([mail])
        except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError):
            return Outcome(Verdict.UNKNOWN, "cut_off")
        except smtplib.SMTPRecipientsRefused as refusal:
            permanent = all(code >= _PERMANENT for code, _text in refusal.recipients.values())
            text = "; ".join(f"{code} {_told(words)}" for code, words in refusal.recipients.values())[:300]
            return Outcome(
                Verdict.PERMANENT if permanent else Verdict.PASSING, "refused" if permanent else "not_now", text
            )
        except smtplib.SMTPResponseException as refusal:
            permanent = refusal.smtp_code >= _PERMANENT and not isinstance(refusal, smtplib.SMTPAuthenticationError)
            text = f"{refusal.smtp_code} {_told(refusal.smtp_error)}"[:300]
            return Outcome(
                Verdict.PERMANENT if permanent else Verdict.PASSING, "refused" if permanent else "not_now", text
            )
        finally:
            with suppress(Exception):
                connection.close()
        return Outcome(Verdict.SENT, "ok")

    def fits(self, outgoing: Outgoing) -> bool:
        """A mail is as long as it is."""
        return True


def _told(words: object) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _html(outgoing: Outgoing) -> SafeString:
    blocks = []
    for part in outgoing.parts:
        lines = format_html_join("", "<p>{}</p>\n", ((line,) for line in part.lines if line.strip()))
        link = format_html('<p><a href="{}">{}</a></p>', part.link, part.link_label or part.link) if part.link else ""
        blocks.append(format_html("<h3>{}</h3>\n{}{}", part.title, lines, link))
    return SafeString("\n<hr>\n".join(blocks))

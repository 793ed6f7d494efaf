"""E-mail, through whatever EMAIL_URL names; one recipient a message."""

import smtplib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from accounts.models import Person
from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.heads import QuickHeads
from tracker.reminding.channels.lines import mail_line
from tracker.reminding.channels.protocol import (
    Field,
    Kind,
    Message,
    NoAnswer,
    PermanentFailure,
    Quota,
    Receipt,
    TemporaryFailure,
    one_line,
)

QUICK = QuickHeads()
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class MailChannel:
    name = ChannelName.MAIL.value
    kind: Kind = "person"
    quota: Quota | None = None
    resends = True
    fields: tuple[Field, ...] = ()

    def address_of(self, person: Person, kept: str = "") -> str:
        return kept or person.email

    def problems(self, _outlet: Mapping[str, str]) -> Mapping[str, str]:
        return {}

    def way(self, _outlet: Mapping[str, str]) -> str:
        if settings.EMAIL_BACKEND == SMTP_BACKEND:
            return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return str(settings.EMAIL_BACKEND.split(".")[-2])

    def encode(self, message: Message) -> bytes:
        return _content(
            message.message_id,
            message.address,
            message.subject,
            message.body,
            message.rendered_at,
            settings.DEFAULT_FROM_EMAIL,
        )

    def send(self, message: Message) -> Receipt:
        content = self.encode(message)
        try:
            if settings.EMAIL_BACKEND == SMTP_BACKEND:
                with mail_line() as line:
                    answer = line.send(settings.DEFAULT_FROM_EMAIL, message.address, content)
                return Receipt(f"{self.way(message.outlet)} {answer}")
            as_mail(message).send()
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _failure(code, reason) from error
        except smtplib.SMTPDataError as error:
            raise _failure(error.smtp_code, error.smtp_error) from error
        # A refused password or sender is ours to mend: the messages wait for it.
        except smtplib.SMTPResponseException as error:
            raise TemporaryFailure(_said(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NoAnswer(str(error) or type(error).__name__) from error
        return Receipt("")  # files and consoles answer nothing


def as_mail(message: Message) -> EmailMessage:
    """Return the mail: plain text, dated when it was rendered, marked as sent by a machine, to one valid address."""
    try:
        validate_email(message.address)
    except ValidationError as error:
        raise PermanentFailure("bad_address") from error
    return EmailMessage(
        subject=one_line(message.subject),
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.address],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.rendered_at),
            "Auto-Submitted": "auto-generated",
        },
    )


@lru_cache(maxsize=64)
def _content(message_id: str, address: str, subject: str, body: str, rendered_at: datetime, _sender: str) -> bytes:
    """Write a mail once for its fingerprint and the first try."""
    return bytes(as_mail(Message(message_id, address, subject, body, rendered_at)).message(policy=QUICK))


def _failure(code: int, reason: bytes | str) -> TemporaryFailure | PermanentFailure:
    kind = PermanentFailure if 500 <= code < 600 else TemporaryFailure
    return kind(_said(code, reason))


def _said(code: int, reason: bytes | str) -> str:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return f"{code} {words}"

"""E-mail, through whatever EMAIL_URL names; one recipient a message."""

import smtplib
from email.utils import format_datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from accounts.models import Person
from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.protocol import Message, PermanentFailure, Receipt, TemporaryFailure, one_line


class MailChannel:
    name = ChannelName.MAIL.value

    def address_of(self, person: Person) -> str:
        return person.email

    def encode(self, message: Message) -> bytes:
        return bytes(as_mail(message).message())

    def send(self, message: Message) -> Receipt:
        try:
            as_mail(message).send()
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _failure(code, reason) from error
        except smtplib.SMTPDataError as error:
            raise _failure(error.smtp_code, error.smtp_error) from error
        # A refused password or sender is ours to mend: the messages wait for it.
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryFailure(str(error)) from error
        return Receipt(message.message_id)


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


def _failure(code: int, reason: bytes | str) -> TemporaryFailure | PermanentFailure:
    said = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    kind = PermanentFailure if 500 <= code < 600 else TemporaryFailure
    return kind(f"{code} {said}")

"""The text of a chat message: it fits what the other side takes, and carries a code that two copies share."""

import hashlib
import json

from django.conf import settings
from django.utils.translation import gettext

from tracker.reminding.channels.protocol import Message, one_line


def short_code(message_id: str) -> str:
    """Return the code by which a reader, or the office, knows that two messages are the same: #7F3A-29C1."""
    digest = hashlib.sha256(message_id.encode()).hexdigest().upper()
    return f"#{digest[:4]}-{digest[4:8]}"


def chat_text(message: Message, *, most: int, link: str) -> str:
    """Return subject, body and code in at most `most` bytes; what doesn't fit gives way to a sentence with the link."""
    lines = [one_line(message.subject), "", *literal(message.body.rstrip()).split("\n")]
    lines[0] = literal(lines[0])
    code = short_code(message.message_id)
    whole = "\n".join([*lines, code])
    if size(whole) <= most:
        return whole
    closing = [gettext("内容较长，其余请打开查看：%(link)s") % {"link": settings.BASE_URL + link}, code]
    room = most - size("\n".join(["", *closing]))
    return "\n".join([*_fitting(lines, room), *closing])


def literal(text: str) -> str:
    """Return the text without what chat programs take for tags and links: a title calls nobody and leads nowhere."""
    return text.replace("<", "＜").replace("](", "] (")


def size(text: str) -> int:
    """Return how many bytes a text takes inside a request, with what JSON adds for line ends and quotes."""
    return len(json.dumps(text, ensure_ascii=False).encode(errors="replace")) - 2


def _fitting(lines: list[str], room: int) -> list[str]:
    """Return as many whole lines as fit, and of a single one that is too long its beginning."""
    kept: list[str] = []
    for line in lines:
        if size("\n".join([*kept, line])) > room:
            break
        kept.append(line)
    if not any(kept):
        kept = [_beginning(lines[0], room)]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _beginning(line: str, room: int) -> str:
    line = line[:room]
    while line and size(line + "…") > room:
        line = line[: -max(1, (size(line + "…") - room) // 6)]
    return line + "…"

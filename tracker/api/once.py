"""A request sent twice acts once: its answer is kept in the transaction of its effect and given again."""

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from hashlib import sha256

import orjson
from django.core.files.base import File
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request

from accounts.conflicts import Held, conflict_when_held
from accounts.models import User
from tracker.api.problems import Fault, Problem, invalid
from tracker.models import KeptAnswer

KEPT = ("Location", "ETag", "Content-Type", "Content-Language")
KEPT_FOR = timedelta(days=2)
KEY = re.compile(r"[\x21-\x7e]{1,200}")


def acting_once(
    request: Request,
    user: User,
    effect: Callable[[], HttpResponse],
    *,
    now: datetime,
    unkept: Collection[str] = (),
) -> HttpResponse:
    """Return what `effect` answers, or what it answered when the same key came with the same request before.

    `unkept` are members of the answer that aren't written down: a secret is null when the answer is given again.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return effect()
    if not KEY.fullmatch(key):
        raise invalid(Fault("Idempotency-Key", gettext("请用 1 到 200 个可见的 ASCII 字符。"), "invalid"))
    try:
        with conflict_when_held(), transaction.atomic():
            return _first_or_again(request, user, key, effect, now=now, unkept=unkept)
    except Held as held:
        raise Problem(
            409, "under_way", gettext("同一请求正在办理，请稍后再问。"), headers={"Retry-After": "1"}
        ) from held


@sensitive_variables()
def _first_or_again(
    request: Request,
    user: User,
    key: str,
    effect: Callable[[], HttpResponse],
    *,
    now: datetime,
    unkept: Collection[str],
) -> HttpResponse:
    asked = _fingerprint(request)
    KeptAnswer.objects.filter(user=user, at__lt=now - KEPT_FOR).delete()
    row, fresh = KeptAnswer.objects.get_or_create(
        user=user,
        key=key,
        defaults={"organization_id": user.organization_id, "fingerprint": asked, "at": now},
    )
    if not fresh:
        return _again(row, asked)
    answer = effect()
    row.status, row.body = answer.status_code, _without(unkept, answer.content).decode()
    row.headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    row.save(update_fields=["status", "body", "headers"])
    return answer


def _without(names: Collection[str], body: bytes) -> bytes:
    return orjson.dumps({**orjson.loads(body), **dict.fromkeys(names)}) if names else body


def _again(row: KeptAnswer, asked: str) -> HttpResponse:
    if row.fingerprint != asked:
        raise Problem(422, "key_reused", gettext("这个 Idempotency-Key 已用在另一个请求上。请换一个。"))
    answer = HttpResponse(row.body.encode(), status=row.status)
    for name, value in {**row.headers, "Idempotency-Replayed": "true"}.items():
        answer[name] = value
    return answer


def _fingerprint(request: Request) -> str:
    """Return the digest of what is asked; the same members in another order ask the same."""
    said = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS, default=_sum)
    return sha256(b"\0".join((str(request.method).encode(), request.get_full_path().encode(), said))).hexdigest()


def _sum(value: object) -> str:
    """Name a file by its bytes and whatever else isn't JSON by its text."""
    if not isinstance(value, File):
        return str(value)
    mark = sha256(str(value.name).encode())
    for part in value.chunks():
        mark.update(part)
    value.seek(0)
    return mark.hexdigest()

"""So many requests a minute and caller, counted where all processes see it; Retry-After says when to come back."""

import time

from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken

WINDOW = 60
"""Seconds."""


class PerMinute(BaseThrottle):
    """Count by token, else by sign-in; nobody else gets so far. A counter that can't be reached stops nobody."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        del view
        try:
            return self._count(self._who(request)) <= int(settings.API_REQUESTS_PER_MINUTE)
        except RedisError:
            return True

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW

    @staticmethod
    def _who(request: Request) -> str:
        return f"token-{request.auth.pk}" if isinstance(request.auth, ApiToken) else f"user-{request.user.pk}"

    @staticmethod
    def _count(who: str) -> int:
        counters = caches["limits"]
        key = f"api-{who}-{int(time.time() // WINDOW)}"
        try:
            return int(counters.incr(key))
        except ValueError:
            # Of two that come first at once one adds; the other's add does nothing and it counts on.
            return 1 if counters.add(key, 1, timeout=2 * WINDOW) else int(counters.incr(key))

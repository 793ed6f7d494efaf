"""Signing in with a one-time code typed where the password goes."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from accounts import codes
from accounts.models import User


class CodeBackend(ModelBackend):
    """Let a code that was handed out open the door once; the pages then ask for a password first."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django asks every backend in the same words
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> User | None:
        if not username or not password:
            return None
        user = User.objects.filter(username=username).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        return user if codes.use(user=user, code=password, now=timezone.now()) else None

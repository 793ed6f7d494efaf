"""A program that calls the API with a token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

from accounts.choices import Scope
from accounts.models import ApiToken, User
from accounts.tokens import make_token
from tests.cast import TODAY, Cast, at

ROOT = "/api/v1"


@dataclass
class Program:
    client: Client
    token: ApiToken
    secret: str

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, said: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, said, **headers)

    def patch(self, path: str, said: Any = None, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, said, **headers)

    def upload(self, path: str, form: dict[str, Any], **headers: str) -> HttpResponse:
        """Send a form that may hold files."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer: Any = self.client.post(
            f"{ROOT}{path}", form, headers={"Authorization": f"Bearer {self.secret}", **named}
        )
        return answer  # type: ignore[no-any-return]

    def send(self, method: str, path: str, said: Any = None, **headers: str) -> HttpResponse:
        """Send what is said as JSON, or bytes as they are."""
        body = said if isinstance(said, bytes) else b"" if said is None else orjson.dumps(said)
        address = path if path.startswith("/api/") else f"{ROOT}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer: Any = self.client.generic(
            method, address, body, "application/json", headers={"Authorization": f"Bearer {self.secret}", **named}
        )
        return answer  # type: ignore[no-any-return]


def program(cast: Cast, user: User, scopes: Collection[Scope] = tuple(Scope)) -> Program:
    token, secret = make_token(
        user=user,
        name="OA",
        scopes=scopes,
        expires_on=TODAY + timedelta(days=30),
        by=cast.actor(user),
        now=at(TODAY),
    )
    return Program(Client(), token, secret)


def problem(answer: Any) -> dict[str, Any]:
    """Return the refusal, which has to be in the one form of all refusals."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = orjson.loads(answer.content)
    assert {"type", "title", "status", "detail", "errors"} <= said.keys()
    assert said["status"] == answer.status_code
    return said


def codes(answer: Any) -> dict[str, str]:
    """Return what is wrong, by field."""
    return {fault["field"]: fault["code"] for fault in problem(answer)["errors"]}


def content(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return orjson.loads(answer.content)

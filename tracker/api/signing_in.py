"""Who calls: a browser's session, or a program with a personal token, narrowed to what the token is for."""

from typing import Any

from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.choices import Scope
from accounts.clock import business_today
from accounts.entry import MUST_CHOOSE_PASSWORD
from accounts.models import ApiToken, User
from accounts.tokens import scope_name, token_of
from tracker.api.problems import Problem

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer dbn_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = token_of(secret.strip(), today=business_today())
        if token is None:
            raise AuthenticationFailed(gettext("令牌不对，或已过期、已撤回。"), code="token_invalid")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the framework's signature
        return f'{SCHEME} realm="duban"'


class Session(SessionAuthentication):
    """The cookie of the pages, with their protection against forged requests."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is not None and MUST_CHOOSE_PASSWORD in request._request.session:  # noqa: SLF001 - the page's own request
            raise Problem(403, "password_first", gettext("请先在页面上设定密码。"))
        return found


def require_scope(auth: object, scope: Scope) -> None:
    """Let a session do all it may, and a token what it is for."""
    if isinstance(auth, ApiToken) and scope not in auth.scopes:
        said = {"name": scope_name(scope), "scope": scope.value}
        detail = gettext("这个令牌没有“%(name)s”（%(scope)s）的权限；新生成一个，勾上它。") % said
        raise Problem(403, "scope_missing", detail)

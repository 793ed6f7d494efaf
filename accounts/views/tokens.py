"""Keys for programs: one's own, a new one's secret shown once, and for the office those of everybody in the organization."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.choices import Scope
from accounts.entry import PageRequest, page
from accounts.models import ApiToken
from accounts.tokens import TooManyTokensError, make_token, scope_words, withdraw_token

SHOWN = 200
SCOPES = tuple((scope, scope_words(scope)) for scope in Scope)


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100)
    scopes = forms.TypedMultipleChoiceField(choices=SCOPES, coerce=Scope, initial=[Scope.READ])
    days = forms.TypedChoiceField(
        choices=[(30, gettext_lazy("30 天")), (90, gettext_lazy("90 天")), (365, gettext_lazy("一年"))],
        coerce=int,
        initial=90,
    )


@page
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
def tokens(request: PageRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid() and (secret := _made(request, form)):
        form = TokenForm()
    names = {scope.value: label for scope, label in SCOPES}
    context = {
        "rows": [
            (row, row.is_good(today=request.today), [names.get(scope, scope) for scope in row.scopes])
            for row in _withdrawable(request).select_related("user__person").order_by("-pk")[:SHOWN]
        ],
        "form": form,
        "chosen": form["scopes"].value() or [],
        "scopes": [(scope.value, label) for scope, label in SCOPES],
        "secret": secret,
        "may_make": request.user.organization_id is not None,
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.is_bound else 200)


def _made(request: PageRequest, form: TokenForm) -> str:
    """Return the new token's secret; nothing where none could be made, and the form says why."""
    if request.user.organization_id is None:
        form.add_error(None, gettext("没有机构的登录账号不能生成令牌。"))
        return ""
    said = form.cleaned_data
    try:
        _, secret = make_token(
            user=request.user,
            name=said["name"],
            scopes=said["scopes"],
            expires_on=request.today + timedelta(days=said["days"]),
            by=request.actor,
            now=request.now,
        )
    except TooManyTokensError:
        form.add_error(None, gettext("有效的令牌太多了。请先撤回不用的。"))
        return ""
    return secret


@page
@require_POST
def token_withdraw(request: PageRequest, token_id: int) -> HttpResponse:
    row = get_object_or_404(_withdrawable(request), pk=token_id)
    if withdraw_token(token=row, by=request.actor):
        messages.success(request, gettext("已撤回令牌“%(name)s”，用它的程序再也进不来。") % {"name": row.name})
    return redirect("accounts:tokens")


def _withdrawable(request: PageRequest) -> QuerySet[ApiToken]:
    """Return one's own, and for the office those of the whole organization."""
    mine = Q(user=request.user)
    if request.reach.office or request.reach.system:
        mine |= Q(organization=request.reach.organization_id)
    return ApiToken.objects.filter(mine)

"""Signing in and out, changing one's password, and choosing large type."""

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from accounts.backends import CodeBackend
from accounts.entry import MUST_CHOOSE_PASSWORD, PageRequest, page
from accounts.forms import SignInForm
from accounts.registering import change_password
from accounts.unsent import FIELD, Unsent, unpacked

CODE_BACKEND = f"{CodeBackend.__module__}.{CodeBackend.__qualname__}"


class SignIn(LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Someone who signed in on another page meanwhile is asked no second time, and loses nothing either."""
        if request.user.is_authenticated and (unsent := unpacked(request.POST)):
            return _offered(request, unsent)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {FIELD: self.request.POST.get(FIELD, "")}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        if self.request.session[BACKEND_SESSION_KEY] == CODE_BACKEND:
            self.request.session[MUST_CHOOSE_PASSWORD] = True
            return redirect("accounts:password_choose")
        unsent = unpacked(self.request.POST)
        return _offered(self.request, unsent) if unsent else answer


def _offered(request: HttpRequest, unsent: Unsent) -> HttpResponse:
    """Show what wasn't sent, and let it be sent: by a press of whoever has signed in now."""
    return render(request, "accounts/unsent.html", {"unsent": unsent})


sign_in = require_http_methods(["GET", "HEAD", "POST"])(SignIn.as_view())
sign_out = LogoutView.as_view(template_name="accounts/signed_out.html")
choose_language = require_POST(set_language)


@sensitive_post_parameters()
@page
@require_http_methods(["GET", "POST"])
def password_change(request: PageRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password(user=request.user, password=form.cleaned_data["new_password1"], by=request.actor)
        update_session_auth_hash(request, request.user)
        return redirect("accounts:password_changed")
    return render(request, "accounts/password_change.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters()
@page
@require_http_methods(["GET", "POST"])
def password_choose(request: PageRequest) -> HttpResponse:
    """Take the first password of someone who signed in with a one-time code; no other page opens before."""
    if MUST_CHOOSE_PASSWORD not in request.session:
        return redirect("accounts:password_change")
    form = SetPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password(user=request.user, password=form.cleaned_data["new_password1"], by=request.actor)
        del request.session[MUST_CHOOSE_PASSWORD]
        update_session_auth_hash(request, request.user)
        return redirect("/")
    return render(request, "accounts/password_choose.html", {"form": form}, status=422 if form.errors else 200)


@page
@require_safe
def password_changed(request: PageRequest) -> HttpResponse:
    return render(request, "accounts/password_change_done.html")


@require_POST
@page
def large_type(request: PageRequest) -> HttpResponse:
    """Switch between the usual and the large type, for this account on every machine."""
    request.user.large_type = not request.user.large_type
    request.user.save(update_fields=["large_type"])
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "/")

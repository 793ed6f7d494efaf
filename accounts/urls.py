"""The addresses of this app's pages."""

from django.urls import path

from accounts.views import signing_in, tokens

app_name = "accounts"

urlpatterns = [
    path("login/", signing_in.sign_in, name="login"),
    path("logout/", signing_in.sign_out, name="logout"),
    path("password/", signing_in.password_change, name="password_change"),
    path("password/choose/", signing_in.password_choose, name="password_choose"),
    path("password/changed/", signing_in.password_changed, name="password_changed"),
    path("language/", signing_in.choose_language, name="language"),
    path("large-type/", signing_in.large_type, name="large_type"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token_id>/withdraw/", tokens.token_withdraw, name="token_withdraw"),
]

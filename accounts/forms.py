"""The forms of the sign-in pages."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": gettext_lazy("用户名或密码不对，请再输一次。连续输错 5 次，将暂停登录 30 分钟。"),
        "inactive": gettext_lazy("这个账号已停用，请联系督查办。"),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].label = gettext_lazy("用户名")
        self.fields["password"].label = gettext_lazy("密码或登录码")

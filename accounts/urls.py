"""The addresses of this app's pages."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("password/changed/", views.password_changed, name="password_changed"),
    path("language/", views.choose_language, name="language"),
    path("large-type/", views.large_type, name="large_type"),
]

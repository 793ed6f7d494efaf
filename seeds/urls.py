"""The addresses of this app's pages."""

from django.urls import path

from seeds import views

app_name = "seeds"

urlpatterns = [
    path("demo/mail/", views.mailbox, name="mailbox"),
    path("demo/mail/<slug:key>/", views.mailbox, name="mail"),
]

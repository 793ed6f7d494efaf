"""Every address: the apps' own, one include each."""

from django.contrib import admin
from django.urls import include, path

handler500 = "accounts.errors.server_error"

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("people/", include("accounts.people_urls")),
    path("admin/", admin.site.urls),
    path("", include("projects.urls")),
    path("", include("tracker.urls")),
    path("", include("seeds.urls")),
]

"""The addresses of the pages of units, people, posts and groups."""

from django.urls import path

from accounts.views import persons, posts, units

app_name = "people"

urlpatterns = [
    path("", units.units, name="units"),
    path("units/add/", units.unit_add, name="unit_add"),
    path("units/<int:unit_id>/", units.unit, name="unit"),
    path("persons/", persons.persons, name="persons"),
    path("persons/add/", persons.person_add, name="person_add"),
    path("persons/<int:person_id>/", persons.person, name="person"),
    path("persons/<int:person_id>/join/", persons.person_join, name="person_join"),
    path("persons/<int:person_id>/leave/", persons.person_leave, name="person_leave"),
    path("persons/<int:person_id>/sign-in/", persons.person_sign_in, name="person_sign_in"),
    path("persons/<int:person_id>/code/", persons.person_code, name="person_code"),
    path("persons/<int:person_id>/active/", persons.person_active, name="person_active"),
    path("persons/<int:person_id>/role/", persons.person_role, name="person_role"),
    path("memberships/<int:membership_id>/end/", persons.membership_end, name="membership_end"),
    path("posts/", posts.posts, name="posts"),
    path("posts/add/", posts.post_add, name="post_add"),
    path("posts/<int:post_id>/", posts.post, name="post"),
    path("posts/<int:post_id>/hold/", posts.post_hold, name="post_hold"),
    path("holdings/<int:holding_id>/end/", posts.post_leave, name="post_leave"),
    path("groups/", posts.groups, name="groups"),
    path("groups/add/", posts.group_add, name="group_add"),
    path("groups/<int:group_id>/", posts.group, name="group"),
]

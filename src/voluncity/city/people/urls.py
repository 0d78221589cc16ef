"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.people.views import desk, desk_work, join, login, me

app_name = "people"
urlpatterns = [
    path("login/", login.login, name="login"),
    path("login/code/", login.code, name="code"),
    path("login/demo/", login.demo_login, name="demo_login"),
    path("logout/", login.logout, name="logout"),
    path("join/", join.register, name="register"),
    path("join/offers/", join.join_offers, name="join_offers"),
    path("me/", me.overview, name="me"),
    path("me/card/", me.card, name="card"),
    path("me/identity/", me.identity, name="identity"),
    path("me/consents/", me.consents, name="consents"),
    path("me/consents/<slug:purpose>/", me.consent, name="consent"),
    path("me/profile/", me.profile, name="profile"),
    path("me/phone/", me.phone, name="phone"),
    path("desk/volunteers/", desk.register, name="desk_list"),
    path("desk/volunteers/find/", desk.find, name="desk_find"),
    path("desk/volunteers/new/", desk_work.register, name="desk_register"),
    path("desk/volunteers/<int:pk>/", desk.detail, name="desk_detail"),
    path("desk/volunteers/<int:pk>/open/", desk.open_minor, name="desk_open_minor"),
    path("desk/volunteers/<int:pk>/reveal/", desk.reveal, name="desk_reveal"),
    path("desk/volunteers/<int:pk>/phone/", desk.bind_phone, name="desk_bind_phone"),
    path(
        "desk/volunteers/<int:pk>/guardians/<int:guardian_pk>/withdraw/",
        desk.withdraw_guardian,
        name="desk_withdraw_guardian",
    ),
    path("desk/identity/", desk_work.identity_queue, name="desk_identity"),
    path("desk/identity/<int:pk>/", desk_work.decide_identity, name="desk_decide_identity"),
]

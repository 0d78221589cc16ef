"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.people.views import (
    accounts,
    desk,
    desk_work,
    family,
    join,
    login,
    me,
    posters,
    second,
    security,
)

app_name = "people"
urlpatterns = [
    path("login/", login.login, name="login"),
    path("login/code/", login.code, name="code"),
    path("login/demo/", login.demo_login, name="demo_login"),
    path("logout/", login.logout, name="logout"),
    path("join/", join.register, name="register"),
    path("join/offers/", join.join_offers, name="join_offers"),
    path("j/<slug:code>/", posters.follow, name="poster"),
    path("me/", me.overview, name="me"),
    path("me/family/", family.family, name="family"),
    path("me/family/new/", family.add_child, name="add_child"),
    path("me/family/<int:pk>/", family.ward, name="ward"),
    path("me/family/<int:pk>/card/", family.ward_card, name="ward_card"),
    path("me/family/<int:pk>/identity/", family.ward_identity, name="ward_identity"),
    path("me/family/<int:pk>/withdraw/", family.ward_withdraw, name="ward_withdraw"),
    path("me/family/link/<int:pk>/", family.link, name="link_ward"),
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
    path("desk/volunteers/<int:pk>/receipt/", desk_work.receipt, name="desk_receipt"),
    path("desk/volunteers/<int:pk>/card/", desk_work.card, name="desk_card"),
    path("desk/posters/", posters.desk_list, name="desk_posters"),
    path("desk/posters/new/", posters.new, name="desk_poster_new"),
    path("desk/posters/<int:pk>/", posters.detail, name="desk_poster"),
    path("desk/posters/<int:pk>/<slug:size>.pdf", posters.paper, name="desk_poster_paper"),
    path("desk/posters/<int:pk>/end/", posters.end, name="desk_poster_end"),
    path("desk/identity/", desk_work.identity_queue, name="desk_identity"),
    path("desk/identity/<int:pk>/", desk_work.decide_identity, name="desk_decide_identity"),
    path("desk/accounts/", accounts.account_list, name="desk_accounts"),
    path("desk/accounts/new/", accounts.new_account, name="desk_account_new"),
    path("desk/accounts/<int:pk>/", accounts.account, name="desk_account"),
    path("desk/accounts/<int:pk>/<slug:verb>/", accounts.account_step, name="desk_account_step"),
]

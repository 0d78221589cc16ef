"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.signups.views import (
    desk,
    door,
    gate,
    mine,
    offers,
    public,
    receipts,
    signing_up,
    wards,
)

app_name = "signups"
urlpatterns = [
    path("shifts/<int:pk>/sign-up/", signing_up.sign_up, name="sign_up"),
    path("shifts/<int:pk>/sign-up/<int:ward_pk>/", signing_up.sign_up_for, name="sign_up_for"),
    path("c/<str:token>/", door.check_in, name="check_in"),
    path("activities/<int:pk>/", public.activity, name="activity"),
    path("me/signups/", mine.mine, name="mine"),
    path("me/signups/<int:pk>/", mine.one, name="one"),
    path("me/signups/<int:pk>/cancel/", mine.cancel, name="cancel"),
    path("me/signups/<int:pk>/offer/", offers.offer, name="offer"),
    path("me/signups/<int:pk>.ics", mine.calendar, name="calendar"),
    path("me/family/<int:pk>/signups/", wards.of_ward, name="of_ward"),
    path("me/family/signups/<int:pk>/cancel/", wards.cancel, name="ward_cancel"),
    path("me/family/signups/<int:pk>/offer/", offers.ward_offer, name="ward_offer"),
    path("scan/", door.scan, name="scan"),
    path("scan/decode/", door.decode, name="decode"),
    path("scan/<int:pk>/", door.scanned, name="scanned"),
    path("desk/activities/<int:pk>/roster/", desk.roster, name="roster"),
    path("desk/signups/<int:pk>/tick/", desk.tick, name="tick"),
    path("desk/signups/<int:pk>/receipt/", receipts.receipt, name="receipt"),
    path("desk/signups/<int:pk>/cancel/", desk.take_off, name="take_off"),
    path("desk/signups/<int:pk>/answer/", offers.answer_for, name="answer_for"),
    path("desk/shifts/<int:pk>/add/", desk.add, name="add"),
    path("desk/shifts/<int:pk>/screen/", gate.screen, name="screen"),
    path("desk/shifts/<int:pk>/scan/", gate.leader_scan, name="leader_scan"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.care.party.views import desk, member

app_name = "party"
urlpatterns = [
    path("", member.mine, name="mine"),
    path("report/<int:pk>/", member.report, name="report"),
    path("end/", member.end, name="end"),
    path("desk/", desk.table, name="desk_list"),
    path("desk/pairings/", desk.pairings, name="desk_pairings"),
    path("desk/pairings/<int:pk>/end/", desk.unpair, name="desk_unpair"),
    path("desk/units/<int:pk>/", desk.unit, name="desk_unit"),
    path("desk/communities/<int:pk>/", desk.community, name="desk_community"),
    path("desk/reports/<int:pk>/<slug:verb>/", desk.decide, name="desk_decide"),
]

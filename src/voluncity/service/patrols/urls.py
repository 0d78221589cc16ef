"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.patrols.views import desk, resident, settings

app_name = "patrols"
urlpatterns = [
    path("", resident.report, name="report"),
    path("mine/", resident.mine, name="mine"),
    path("mine/<int:pk>/", resident.one, name="one"),
    path("mine/<int:pk>/confirm/", resident.confirm, name="confirm"),
    path("mine/<int:pk>/reject/", resident.reject, name="reject"),
    path("mine/<int:pk>/<str:which>.webp", resident.my_photo, name="my_photo"),
    path("board/", resident.board, name="board"),
    path("board/<int:pk>/<str:which>.webp", resident.board_photo, name="board_photo"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/figures/", desk.desk_figures, name="desk_figures"),
    path("desk/units/", desk.units, name="units"),
    path("desk/rules/", settings.desk_rules, name="desk_rules"),
    path("desk/rules/<int:pk>/end/", settings.end_rule, name="end_rule"),
    path("desk/kinds/", settings.desk_kinds, name="desk_kinds"),
    path("desk/kinds/<slug:key>/<str:verb>/", settings.turn_kind, name="turn_kind"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/<str:which>.webp", desk.desk_photo, name="desk_photo"),
    path("desk/<int:pk>/<str:verb>/", desk.desk_step, name="desk_step"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.difficulties.views import desk, one, reference, reporting

app_name = "difficulties"
urlpatterns = [
    path("", desk.desk_list, name="desk_list"),
    path("report/", reporting.report, name="report"),
    path("report/hints/", reporting.hints, name="hints"),
    path("mine/", reporting.mine, name="mine"),
    path("board/", desk.board, name="board"),
    path("units/", one.units, name="units"),
    path("answers/", reference.answers, name="answers"),
    path("answers/<int:pk>/end/", reference.end_answer, name="end_answer"),
    path("kinds/", reference.kinds, name="kinds"),
    path("kinds/<slug:key>/<str:verb>/", reference.turn_kind, name="turn_kind"),
    path("<int:pk>/", one.detail, name="detail"),
    path("<int:pk>/papers/<int:number>.pdf", one.paper, name="paper"),
    path("<int:pk>/<str:verb>/", one.step, name="step"),
]

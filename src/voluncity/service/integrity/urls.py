"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.integrity.views import absences, board, cases, own, public

app_name = "integrity"
urlpatterns = [
    path("", public.trust, name="public"),
    path("organizations/<int:pk>/", public.of_organization, name="of_organization"),
    path("mine/", own.mine, name="mine"),
    path("mine/<int:pk>/", own.own_case, name="own_case"),
    path("absences/<int:pk>/", own.own_absence, name="own_absence"),
    path("desk/", board.desk_list, name="desk_list"),
    path("desk/findings/<int:pk>/", board.desk_finding, name="desk_finding"),
    path("desk/findings/<int:pk>/open/", board.open_case, name="open_case"),
    path("desk/findings/<int:pk>/set-aside/", board.set_aside, name="set_aside"),
    path("desk/cases/<int:pk>/", cases.desk_case, name="desk_case"),
    path("desk/cases/<int:pk>/assign/", cases.assign, name="assign"),
    path("desk/cases/<int:pk>/ask/", cases.ask, name="ask"),
    path("desk/cases/<int:pk>/speak-for/", cases.speak_for, name="speak_for"),
    path("desk/cases/<int:pk>/decide/", cases.decide, name="decide"),
    path("desk/cases/<int:pk>/appeal/", cases.decide_appeal, name="decide_appeal"),
    path("desk/spots/<int:pk>/", board.desk_spot, name="desk_spot"),
    path("desk/absences/", absences.desk_absences, name="desk_absences"),
    path("desk/absences/<int:pk>/", absences.desk_absence, name="desk_absence"),
    path("desk/absences/<int:pk>/answer/", absences.answer, name="answer_absence"),
]

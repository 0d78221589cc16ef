"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.hours.views import decide, desk, mine

app_name = "hours"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("<int:pk>/", mine.receipt, name="receipt"),
    path("<int:pk>/correct/", mine.correct, name="correct"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desk.desk_record, name="desk_record"),
    path("desk/<int:pk>/adjust/", decide.desk_adjust, name="desk_adjust"),
    path("desk/<int:pk>/reverse/", decide.desk_reverse, name="desk_reverse"),
    path("desk/activities/<int:pk>/", desk.desk_activity, name="desk_activity"),
    path("desk/activities/<int:pk>/confirm/", decide.desk_confirm, name="desk_confirm"),
    path("desk/activities/<int:pk>/approve/", decide.desk_approve, name="desk_approve"),
    path("desk/activities/<int:pk>/refuse/", decide.desk_refuse, name="desk_refuse"),
    path("desk/activities/<int:pk>/enter/", decide.desk_enter, name="desk_enter"),
    path("desk/corrections/<int:pk>/", decide.desk_answer, name="desk_answer"),
]

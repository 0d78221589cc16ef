"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.grants.views import desk, own, papers, supports

app_name = "grants"
urlpatterns = [
    path("own/", own.own_list, name="own_list"),
    path("own/<int:pk>/", own.own_detail, name="own_detail"),
    path("own/<int:pk>/plan/", own.own_plan, name="own_plan"),
    path("own/<int:pk>/scan/", own.own_scan, name="own_scan"),
    path("own/<int:pk>/change/", own.own_change_new, name="own_change_new"),
    path("own/changes/<int:pk>/", own.own_change, name="own_change"),
    path("agreements/<int:pk>.pdf", papers.agreement, name="agreement"),
    path("scans/<int:pk>/", papers.scan, name="scan"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/changes/", desk.desk_changes, name="desk_changes"),
    path("desk/changes/<int:pk>/", desk.desk_change, name="desk_change"),
    path("desk/changes/<int:pk>/decide/", desk.desk_change_decide, name="desk_change_decide"),
    path("desk/stations/", supports.pick_station, name="pick_station"),
    path("desk/funds/<int:pk>/support/", supports.desk_support, name="desk_support"),
    path("desk/funds/<int:pk>/agreement/", supports.desk_templates, name="desk_templates"),
    path("desk/<int:pk>/<slug:verb>/", desk.desk_step, name="desk_step"),
]

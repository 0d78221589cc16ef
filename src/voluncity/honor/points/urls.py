"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.points.views import desk, own, settings

app_name = "points"
urlpatterns = [
    path("", own.mine, name="mine"),
    path("statement.csv", own.mine_csv, name="mine_csv"),
    path("of/<int:pk>/", own.of_ward, name="of_ward"),
    path("give/", own.give, name="give"),
    path("gifts/<int:pk>/revoke/", own.revoke, name="revoke"),
    path("rules/", own.rules, name="rules"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/people/<int:pk>/", desk.desk_person, name="desk_person"),
    path("desk/people/<int:pk>/adjust/", desk.desk_adjust, name="desk_adjust"),
    path("desk/adjustments/<int:pk>/", desk.desk_adjustment, name="desk_adjustment"),
    path("desk/adjustments/<int:pk>/decide/", desk.desk_decide, name="desk_decide"),
    path("desk/adjustments/<int:pk>/withdraw/", desk.desk_withdraw, name="desk_withdraw"),
    path("desk/figures/", desk.desk_figures, name="desk_figures"),
    path("desk/figures/<slug:key>/", desk.desk_entries, name="desk_entries"),
    path("desk/rules/", settings.desk_rules, name="desk_rules"),
    path("desk/rules/new/", settings.desk_rules_new, name="desk_rules_new"),
]

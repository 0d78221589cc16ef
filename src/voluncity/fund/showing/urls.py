"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.showing.views import desk, opendata, public

app_name = "showing"
urlpatterns = [
    path("", public.fund_list, name="list"),
    path("<int:pk>/", public.fund, name="fund"),
    path("<int:pk>/fields/", public.about, name="about"),
    path("<int:pk>/<slug:key>/", public.sheet, name="sheet"),
    path("<int:pk>/<slug:key>.<slug:kind>", opendata.sheet_file, name="sheet_file"),
    path("projects/<slug:number>/", public.project, name="project"),
    path("pictures/<int:pk>/", public.picture, name="picture"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desk.desk_fund, name="desk_fund"),
    path("desk/<int:pk>/<int:year>/summary.docx", desk.desk_summary, name="desk_summary"),
    path("desk/<int:pk>/<int:year>/summary.json", desk.desk_numbers, name="desk_numbers"),
]

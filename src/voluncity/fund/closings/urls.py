"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path, re_path

from voluncity.fund.closings.views import desk, files, own, scoring, standards, visits

app_name = "closings"
urlpatterns = [
    path("own/", own.own_list, name="own_list"),
    path("own/<int:pk>/", own.own_detail, name="own_detail"),
    path("own/<int:pk>/report/", own.own_report, name="own_report"),
    path("own/<int:pk>/files/", own.own_file, name="own_file"),
    path("own/<int:pk>/check/", own.own_check, name="own_check"),
    path("own/<int:pk>/<slug:verb>/", own.own_step, name="own_step"),
    path("files/<int:pk>/", files.file, name="file"),
    path("photos/<int:pk>/", files.photo, name="photo"),
    re_path(r"^archives/(?P<pk>[0-9]{1,18})\.(?P<ending>pdf|zip)$", files.archive, name="archive"),
    path("mine/", scoring.mine, name="mine"),
    path("mine/<int:pk>/", scoring.score, name="score"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/standards/", standards.desk_standards, name="desk_standards"),
    path("desk/standards/<int:pk>/<slug:kind>/", standards.desk_standard, name="desk_standard"),
    path("desk/visits/<int:pk>/", visits.desk_visit, name="desk_visit"),
    path("desk/visits/<int:pk>/<slug:verb>/", visits.desk_visit_step, name="desk_visit_step"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/visit/", visits.desk_visit_new, name="desk_visit_new"),
    path("desk/<int:pk>/<slug:verb>/", desk.desk_step, name="desk_step"),
]

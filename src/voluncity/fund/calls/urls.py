"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.calls.views import building, calls, desk, own, public, writing

app_name = "calls"
urlpatterns = [
    path("", public.call_list, name="list"),
    path("<int:pk>/", public.call_page, name="call"),
    path("files/<int:pk>.pdf", writing.file, name="file"),
    path("own/", own.own_list, name="own_list"),
    path("own/start/<int:pk>/", own.own_start, name="own_start"),
    path("own/<int:pk>/", own.own_tasks, name="own_tasks"),
    path("own/<int:pk>/check/", own.own_check, name="own_check"),
    path("own/<int:pk>/receipt/", own.own_receipt, name="own_receipt"),
    path("own/<int:pk>/formers/", writing.own_formers, name="own_formers"),
    path("own/<int:pk>/page/<slug:section>/", writing.own_section, name="own_section"),
    path("own/<int:pk>/files/<slug:key>/", writing.own_file, name="own_file"),
    path("own/<int:pk>/<slug:verb>/", own.own_step, name="own_step"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/<slug:verb>/", desk.desk_step, name="desk_step"),
    path("desk/calls/", calls.desk_calls, name="desk_calls"),
    path("desk/calls/new/<int:pk>/", calls.desk_new, name="desk_new"),
    path("desk/calls/<int:pk>/", calls.desk_call, name="desk_call"),
    path("desk/calls/<int:pk>/edit/", calls.desk_edit, name="desk_edit"),
    path("desk/calls/<int:pk>/<slug:verb>/", calls.desk_call_step, name="desk_call_step"),
    path("desk/forms/<int:pk>/", building.desk_form, name="desk_form"),
    path("desk/forms/<int:pk>/preview/", building.desk_preview, name="desk_preview"),
    path(
        "desk/forms/<int:pk>/sections/<slug:section>/", building.desk_section, name="desk_section"
    ),
    path(
        "desk/forms/<int:pk>/sections/<slug:section>/<slug:question>/",
        building.desk_question,
        name="desk_question",
    ),
    path("desk/forms/<int:pk>/<slug:verb>/", building.desk_form_step, name="desk_form_step"),
]

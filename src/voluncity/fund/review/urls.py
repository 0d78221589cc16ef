"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.review.views import decisions, desk, experts, own, public, seating

app_name = "review"
urlpatterns = [
    path("", public.decision_list, name="list"),
    path("<int:pk>/", public.decision, name="decision"),
    path("own/<int:pk>/", own.own_decision, name="own_decision"),
    path("own/<int:pk>/letter.pdf", own.own_letter, name="own_letter"),
    path("tasks/", experts.tasks, name="tasks"),
    path("tasks/<int:pk>/", experts.task, name="task"),
    path("tasks/<int:pk>/files/<int:file_pk>/", experts.file, name="task_file"),
    path("tasks/<int:pk>/declare/<slug:verb>/", experts.declare, name="declare"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/open/<int:pk>/", desk.desk_open, name="desk_open"),
    path("desk/<int:pk>/", desk.desk_review, name="desk_review"),
    path("desk/<int:pk>/edit/", desk.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/pack.<slug:kind>", desk.desk_pack, name="desk_pack"),
    path("desk/<int:pk>/step/<slug:verb>/", desk.desk_step, name="desk_step"),
    path(
        "desk/<int:review_pk>/applications/<int:pk>/", seating.desk_application,
        name="desk_application",
    ),
    path(
        "desk/<int:review_pk>/applications/<int:pk>/decide/", decisions.desk_decide,
        name="desk_decide",
    ),
    path("desk/places/<int:pk>/release/", seating.desk_release, name="desk_release"),
    path("desk/decisions/", decisions.desk_decisions, name="desk_decisions"),
    path("desk/decisions/<int:pk>/", decisions.desk_decision, name="desk_decision"),
    path("desk/decisions/<int:pk>/letter.pdf", decisions.desk_letter, name="desk_letter"),
    path(
        "desk/decisions/<int:pk>/<slug:verb>/", decisions.desk_decision_step,
        name="desk_decision_step",
    ),
]  # fmt: skip

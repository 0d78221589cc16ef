"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.teaching.views import courses, desk, mine, public, wards

app_name = "teaching"
urlpatterns = [
    path("", public.coming, name="coming"),
    path("<int:pk>/", public.one, name="one"),
    path("<int:pk>/enroll/", public.enroll, name="enroll"),
    path("<int:pk>/leave/", public.leave, name="leave"),
    path("<int:pk>/enroll/<int:ward_pk>/", wards.enroll_for, name="enroll_for"),
    path("<int:pk>/leave/<int:ward_pk>/", wards.leave_for, name="leave_for"),
    path("<int:pk>/materials/<int:material_pk>.pdf", public.material, name="material"),
    path("activities/<int:pk>/", public.of_activity, name="of_activity"),
    path("v/<str:serial>/", public.verify, name="verify"),
    path("mine/", mine.mine, name="mine"),
    path("mine/tests/<int:pk>/", mine.test, name="test"),
    path("mine/<str:serial>.pdf", mine.certificate, name="certificate"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/figures/", courses.desk_figures, name="desk_figures"),
    path("desk/duty/", courses.desk_duty, name="desk_duty"),
    path("desk/courses/", courses.desk_courses, name="desk_courses"),
    path("desk/courses/<int:pk>/", courses.desk_course, name="desk_course"),
    path(
        "desk/courses/<int:pk>/questions/<int:question_pk>/retire/",
        courses.desk_retire, name="desk_retire",
    ),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/edit/", desk.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/enroll/", desk.desk_enroll, name="desk_enroll"),
    path("desk/<int:pk>/settle/", desk.desk_settle, name="desk_settle"),
    path("desk/<int:pk>/cancel/", desk.desk_cancel, name="desk_cancel"),
    path("desk/<int:pk>/list/", desk.desk_take_list, name="desk_take_list"),
    path(
        "desk/<int:pk>/materials/<int:material_pk>.pdf", desk.desk_material, name="desk_material"
    ),
    path("desk/<int:pk>/materials/", desk.desk_add_material, name="desk_add_material"),
    path(
        "desk/<int:pk>/materials/<int:material_pk>/remove/",
        desk.desk_remove_material, name="desk_remove_material",
    ),
    path(
        "desk/<int:pk>/results/<int:outcome_pk>/", desk.desk_result, name="desk_result"
    ),
]  # fmt: skip

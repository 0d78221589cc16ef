"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.certification.views import (
    desk,
    ladders,
    nominating,
    own,
    public,
    results,
)

app_name = "certification"
urlpatterns = [
    path("", public.certified, name="certified"),
    path("<int:pk>/", public.batch, name="batch"),
    path("standards/", public.standards, name="standards"),
    path("v/", public.verify_start, name="verify_start"),
    path("v/<str:serial>/", public.verify, name="verify"),
    path("mine/", own.mine, name="mine"),
    path("mine/part/", own.part, name="part"),
    path("mine/card/", own.card, name="card"),
    path("mine/<int:pk>/decline/", own.decline, name="decline"),
    path("mine/<str:serial>.pdf", own.pdf, name="pdf"),
    path("of/<int:pk>/", own.ward, name="ward"),
    path("of/<int:pk>/part/", own.ward_part, name="ward_part"),
    path("nominations/", nominating.nominations, name="nominations"),
    path("nominations/<int:pk>/", nominating.nominate, name="nominate"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/<int:pk>/", desk.desk_batch, name="desk_batch"),
    path("desk/<int:pk>/bulk/", desk.desk_bulk, name="desk_bulk"),
    path("desk/<int:pk>/recount/", desk.desk_recount, name="desk_recount"),
    path("desk/<int:pk>/show/", desk.desk_show, name="desk_show"),
    path("desk/<int:pk>/cancel/", desk.desk_cancel, name="desk_cancel"),
    path("desk/<int:pk>/press.txt", results.desk_press, name="desk_press"),
    path("desk/<int:pk>/pack/", results.desk_pack, name="desk_pack"),
    path("desk/<int:pk>/pack/state/", results.desk_pack_state, name="desk_pack_state"),
    path("desk/<int:pk>/pack.zip", results.desk_pack_file, name="desk_pack_file"),
    path("desk/candidates/<int:pk>/", desk.desk_candidate, name="desk_candidate"),
    path("desk/honors/", results.desk_honors, name="desk_honors"),
    path("desk/honors/<int:pk>/", results.desk_honor, name="desk_honor"),
    path("desk/honors/<int:pk>/revoke/", results.desk_revoke, name="desk_revoke"),
    path("desk/honors/<int:pk>/keep/", results.desk_keep, name="desk_keep"),
    path("desk/honors/<int:pk>.pdf", results.desk_pdf, name="desk_pdf"),
    path("desk/standards/", ladders.desk_ladders, name="desk_ladders"),
    path("desk/standards/hours/", ladders.desk_hour_stars, name="desk_hour_stars"),
    path("desk/standards/<slug:kind>/", ladders.desk_ladder, name="desk_ladder"),
]

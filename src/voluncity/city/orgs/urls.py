"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.orgs.views import applications, desk, members, picking, public

app_name = "orgs"
urlpatterns = [
    path("", public.list_orgs, name="list"),
    path("<int:pk>/", public.detail, name="detail"),
    path("<int:pk>/join/", public.join, name="join"),
    path("<int:pk>/leave/", public.leave, name="leave"),
    path("requests/<int:pk>/withdraw/", public.withdraw, name="withdraw"),
    path("mine/", public.mine, name="mine"),
    path("apply/", applications.apply, name="apply"),
    path("applied/<int:pk>/", applications.applied, name="applied"),
    path("applied/<int:pk>/change/", applications.resubmit, name="resubmit"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/pick/", picking.pick, name="pick"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/edit/", desk.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/phone/", desk.reveal, name="reveal"),
    path("desk/<int:pk>/decide/<slug:verb>/", desk.decide, name="decide"),
    path("desk/<int:pk>/members/", members.desk_members, name="desk_members"),
    path("desk/members/<int:pk>/remove/", members.remove_member, name="remove_member"),
    path("desk/requests/", members.desk_requests, name="desk_requests"),
    path(
        "desk/requests/<int:pk>/accept/",
        members.decide_request,
        {"verb": "accept"},
        name="accept_join",
    ),
    path(
        "desk/requests/<int:pk>/decline/",
        members.decide_request,
        {"verb": "decline"},
        name="decline_join",
    ),
]

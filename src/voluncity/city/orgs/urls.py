"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.orgs.views import (
    about,
    applications,
    changes,
    desk,
    invitations,
    members,
    picking,
    public,
    tree,
)

app_name = "orgs"
urlpatterns = [
    path("", public.list_orgs, name="list"),
    path("<int:pk>/", public.detail, name="detail"),
    path("<int:pk>/join/", public.join, name="join"),
    path("<int:pk>/leave/", public.leave, name="leave"),
    path("requests/<int:pk>/withdraw/", public.withdraw, name="withdraw"),
    path("mine/", public.mine, name="mine"),
    path("apply/", applications.apply, name="apply"),
    path("apply/above/", picking.pick_above, name="pick_above"),
    path("apply/hosts/", picking.pick_host, name="pick_host"),
    path("applied/<int:pk>/", applications.applied, name="applied"),
    path("applied/<int:pk>/change/", applications.resubmit, name="resubmit"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/pick/", picking.pick, name="pick"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("i/<str:token>/", invitations.invited, name="invited"),
    path("desk/tree/", tree.desk_tree, name="desk_tree"),
    path("desk/tree/<int:pk>/", tree.desk_branch, name="desk_branch"),
    path("desk/<int:pk>/move/", changes.move, name="move"),
    path("desk/<int:pk>/merge/", changes.merge, name="merge"),
    path("desk/<int:pk>/dissolve/", changes.dissolve, name="dissolve"),
    path("desk/<int:pk>/code/", invitations.desk_code, name="desk_code"),
    path("desk/<int:pk>/invitations/", invitations.desk_invitations, name="desk_invitations"),
    path("desk/invitations/<int:pk>/", invitations.desk_invitation, name="desk_invitation"),
    path("desk/invitations/<int:pk>/end/", invitations.end_invitation, name="end_invitation"),
    path("desk/<int:pk>/brands/", about.desk_brands, name="desk_brands"),
    path("desk/brands/<int:pk>/", about.desk_brand, name="desk_brand"),
    path("desk/brands/<int:pk>/raise/", about.raise_brand, name="raise_brand"),
    path("desk/brands/<int:pk>/end/", about.end_brand, name="end_brand"),
    path("desk/<int:pk>/buildings/", about.desk_buildings, name="desk_buildings"),
    path("desk/members/<int:pk>/", members.desk_member, name="desk_member"),
    path("desk/duties/<int:pk>/end/", members.take_duty, name="take_duty"),
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

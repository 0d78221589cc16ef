"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.events.views import day, desk_events, desk_people, resident

app_name = "events"
urlpatterns = [
    path("", resident.event_list, name="list"),
    path("<int:pk>/", resident.detail, name="detail"),
    path("<int:pk>/poster.pdf", resident.poster, name="poster"),
    path("<int:pk>/apply/", resident.apply, name="apply"),
    path("mine/", resident.mine, name="mine"),
    path("mine/<int:pk>/", resident.one, name="one"),
    path("mine/<int:pk>/<str:verb>/", resident.step, name="step"),
    path("b/<str:token>/", day.badge, name="badge"),
    path("desk/", desk_events.desk_list, name="desk_list"),
    path("desk/new/", desk_events.desk_new, name="desk_new"),
    path("desk/applications/", desk_people.desk_applications, name="desk_applications"),
    path("desk/applications/<int:pk>/", desk_people.desk_application, name="desk_application"),
    path(
        "desk/applications/<int:pk>/step/<str:verb>/",
        desk_people.desk_application_step,
        name="desk_application_step",
    ),
    path(
        "desk/applications/<int:pk>/release/<int:assignment>/",
        desk_people.desk_release,
        name="desk_release",
    ),
    path("desk/badges/<int:pk>/reissue/", desk_people.desk_reissue, name="desk_reissue"),
    path("desk/groups/<int:pk>/", desk_events.desk_group, name="desk_group"),
    path("desk/groups/<int:pk>/posts/", desk_events.desk_post_new, name="desk_post_new"),
    path("desk/posts/<int:pk>/", desk_events.desk_post, name="desk_post"),
    path("desk/posts/<int:pk>/days/", desk_events.desk_day, name="desk_day"),
    path(
        "desk/posts/<int:pk>/days/<int:day>/remove/",
        desk_events.desk_day_remove,
        name="desk_day_remove",
    ),
    path("desk/<int:pk>/", desk_events.desk_event, name="desk_event"),
    path("desk/<int:pk>/edit/", desk_events.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/step/<str:verb>/", desk_events.desk_step, name="desk_step"),
    path("desk/<int:pk>/groups/", desk_events.desk_group_new, name="desk_group_new"),
    path("desk/<int:pk>/briefing/", desk_events.desk_briefing, name="desk_briefing"),
    path("desk/<int:pk>/briefed/", desk_events.desk_briefed, name="desk_briefed"),
    path("desk/<int:pk>/decide/", desk_people.desk_decide, name="desk_decide"),
    path("desk/<int:pk>/enter/", desk_people.desk_enter, name="desk_enter"),
    path("desk/<int:pk>/proposal/", desk_people.desk_proposal, name="desk_proposal"),
    path("desk/<int:pk>/badges/", desk_people.desk_badges, name="desk_badges"),
    path(
        "desk/<int:pk>/badges-<slug:size>.pdf",
        desk_people.desk_badges_paper,
        name="desk_badges_paper",
    ),
    path("day/<int:pk>/", day.command, name="command"),
    path("day/<int:pk>/tell/", day.tell, name="tell"),
    path("day/<int:pk>/incidents/", day.incident, name="incident"),
    path("day/incidents/<int:pk>/done/", day.incident_done, name="incident_done"),
    path("day/<int:pk>/scan/", day.scan, name="scan"),
    path("day/<int:pk>/items/", day.items, name="items"),
    path("day/items/<int:pk>/", day.item, name="item"),
    path("day/people/<int:pk>/phone/<int:assignment>/", day.phone, name="phone"),
    path("day/people/<int:pk>/replace/<int:assignment>/", day.replace, name="replace"),
    path("day/people/<int:pk>/items/<int:item>/", day.hand_out, name="hand_out"),
    path("day/people/<int:pk>/back/<int:handout>/", day.take_back, name="take_back"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.governance.views import desk, meetings, people, public

app_name = "governance"
urlpatterns = [
    path("", public.fund_list, name="list"),
    path("<int:pk>/", public.fund, name="fund"),
    path("charters/<int:pk>/", public.charter, name="charter"),
    path("charters/evidence/<int:pk>/", public.charter_paper, name="charter_paper"),
    path("evidence/<int:pk>/", public.paper, name="paper"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/<int:pk>/", desk.desk_fund, name="desk_fund"),
    path("desk/<int:pk>/change/", desk.desk_change, name="desk_change"),
    path("desk/<int:pk>/end/", desk.desk_end, name="desk_end"),
    path("desk/<int:pk>/purposes/", desk.desk_purpose_add, name="desk_purpose_add"),
    path("desk/purposes/<int:pk>/end/", desk.desk_purpose_end, name="desk_purpose_end"),
    path("desk/<int:pk>/documents/", desk.desk_document_add, name="desk_document_add"),
    path(
        "desk/documents/<int:pk>/withdraw/",
        desk.desk_document_withdraw,
        name="desk_document_withdraw",
    ),
    path("desk/evidence/<int:pk>/", desk.desk_paper, name="desk_paper"),
    path("desk/<int:pk>/charters/new/", people.desk_charter_new, name="desk_charter_new"),
    path("desk/charters/<int:pk>/", people.desk_charter, name="desk_charter"),
    path("desk/charters/<int:pk>/change/", people.desk_charter_change, name="desk_charter_change"),
    path("desk/charters/<int:pk>/adopt/", people.desk_charter_adopt, name="desk_charter_adopt"),
    path(
        "desk/charters/<int:pk>/discard/",
        people.desk_charter_discard,
        name="desk_charter_discard",
    ),
    path("desk/charters/evidence/<int:pk>/", people.desk_charter_paper, name="desk_charter_paper"),
    path("desk/<int:pk>/seats/new/", people.desk_seat_new, name="desk_seat_new"),
    path("desk/seats/<int:pk>/end/", people.desk_seat_end, name="desk_seat_end"),
    path("desk/<int:pk>/meetings/new/", meetings.desk_meeting_new, name="desk_meeting_new"),
    path("desk/meetings/<int:pk>/", meetings.desk_meeting, name="desk_meeting"),
    path(
        "desk/meetings/<int:pk>/change/",
        meetings.desk_meeting_change,
        name="desk_meeting_change",
    ),
    path("desk/meetings/<int:pk>/items/", meetings.desk_item_add, name="desk_item_add"),
    path("desk/items/<int:pk>/remove/", meetings.desk_item_remove, name="desk_item_remove"),
    path("desk/items/<int:pk>/votes/", meetings.desk_vote, name="desk_vote"),
    path("desk/meetings/<int:pk>/papers/", meetings.desk_meeting_paper, name="desk_meeting_paper"),
    path("desk/meetings/<int:pk>/hold/", meetings.desk_hold, name="desk_hold"),
    path("desk/meetings/<int:pk>/close/", meetings.desk_close, name="desk_close"),
    path("desk/meetings/<int:pk>/cancel/", meetings.desk_cancel, name="desk_cancel"),
    path("desk/resolutions/<int:pk>/", meetings.desk_resolution, name="desk_resolution"),
    path("desk/resolutions/<int:pk>/repeal/", meetings.desk_repeal, name="desk_repeal"),
    path("desk/resolutions/<int:pk>/show/", meetings.desk_show, name="desk_show"),
]

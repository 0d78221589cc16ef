"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.stations.views import desk, inspections, public, standards

app_name = "stations"
urlpatterns = [
    path("", public.list_stations, name="list"),
    path("<int:pk>/", public.detail, name="detail"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/edit/", desk.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/close/", desk.desk_close, name="desk_close"),
    path("desk/<int:pk>/reopen/", desk.desk_reopen, name="desk_reopen"),
    path("desk/<int:pk>/days/", desk.desk_exceptions, name="desk_exceptions"),
    path("desk/<int:pk>/days/remove/", desk.desk_remove_exception, name="desk_remove_exception"),
    path("desk/<int:pk>/photos/", desk.desk_photos, name="desk_photos"),
    path(
        "desk/<int:pk>/photos/<int:photo_id>/remove/",
        desk.desk_remove_photo,
        name="desk_remove_photo",
    ),
    path("desk/<int:pk>/poster.pdf", desk.desk_poster, name="desk_poster"),
    path("desk/<int:pk>/self-check/", inspections.start_self_check, name="start_self_check"),
    path("desk/<int:pk>/visit/", inspections.start_visit, name="start_visit"),
    path("desk/<int:pk>/propose/", standards.propose, name="propose"),
    path("desk/inspections/<int:pk>/", inspections.show_inspection, name="inspection"),
    path("desk/inspections/<int:pk>/<int:answer_id>/", inspections.save_answer, name="save_answer"),
    path("desk/inspections/<int:pk>/submit/", inspections.submit, name="submit_inspection"),
    path("desk/inspections/<int:pk>/discard/", inspections.discard, name="discard_inspection"),
    path("desk/findings/", inspections.list_findings, name="desk_findings"),
    path("desk/findings/<int:pk>/", inspections.show_finding, name="desk_finding"),
    path("desk/findings/<int:pk>/fix/", inspections.fix, name="fix_finding"),
    path("desk/findings/<int:pk>/check/", inspections.check, name="check_fix"),
    path("desk/standard/", standards.list_items, name="desk_standard"),
    path("desk/standard/new/", standards.new_item, name="desk_item_new"),
    path("desk/standard/<int:pk>/", standards.edit_item, name="desk_item"),
    path("desk/standard/<int:pk>/end/", standards.end_item, name="desk_item_end"),
    path("desk/models/", standards.list_demonstrations, name="desk_demonstrations"),
    path("desk/models/<int:pk>/show/", standards.show_demonstration, name="show_demonstration"),
    path(
        "desk/models/<int:pk>/decline/",
        standards.decline_demonstration,
        name="decline_demonstration",
    ),
    path(
        "desk/models/<int:pk>/withdraw/",
        standards.withdraw_demonstration,
        name="withdraw_demonstration",
    ),
]

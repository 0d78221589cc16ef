"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.archives.views import desk, files, lists, packages, public

app_name = "archives"
urlpatterns = [
    path("", public.public_list, name="list"),
    path("<int:pk>/", public.show, name="show"),
    path("activities/<int:pk>/", public.of_activity, name="of_activity"),
    path("projects/<int:pk>/", public.of_project, name="of_project"),
    path("photos/<int:pk>/<str:which>.webp", public.photo, name="photo"),
    path("photos/<int:pk>/hide/", public.ask_to_hide, name="ask_to_hide"),
    path("desk/", lists.desk_list, name="desk_list"),
    path("desk/requests/", lists.requests, name="requests"),
    path("desk/requests/<int:pk>/<str:verb>/", lists.answer, name="answer"),
    path("desk/kinds/", lists.kinds, name="kinds"),
    path("desk/kinds/<slug:key>/<str:verb>/", lists.turn_kind, name="turn_kind"),
    path("desk/packages/", packages.desk_packages, name="packages"),
    path("desk/packages/<int:pk>/package.zip", packages.package_file, name="package_file"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/archive.zip", packages.single, name="single"),
    path("desk/<int:pk>/order/", desk.order, name="order"),
    path("desk/<int:pk>/add/<str:part>/", desk.add, name="add"),
    path("desk/<int:pk>/step/<str:verb>/", desk.step, name="step"),
    path("desk/<int:pk>/remove/<str:part>/<int:row>/", desk.remove, name="remove"),
    path("desk/photos/<int:pk>/", desk.change_photo, name="change_photo"),
    path("desk/photos/<int:pk>/hide/", desk.hide_photo, name="hide_photo"),
    path("desk/photos/<int:pk>/do/<str:verb>/", desk.turn_photo, name="turn_photo"),
    path("desk/photos/<int:pk>/<str:which>.webp", files.desk_photo, name="desk_photo"),
    path("desk/evidence/photos/<int:pk>/", files.original, name="original"),
    path("desk/evidence/videos/<int:pk>/", files.video, name="video"),
    path("desk/evidence/vouchers/<int:pk>/", files.voucher, name="voucher"),
]

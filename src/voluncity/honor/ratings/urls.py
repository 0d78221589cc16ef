"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.ratings import views

app_name = "ratings"
urlpatterns = [
    path("", views.certified, name="certified"),
    path("standards/", views.standards, name="standards"),
    path("organizations/<int:pk>/", views.of_organization, name="of_organization"),
    path("desk/", views.desk_list, name="desk_list"),
    path("desk/new/", views.desk_new, name="desk_new"),
    path("desk/standards/", views.desk_ladder, name="desk_ladder"),
    path("desk/<int:pk>/", views.desk_batch, name="desk_batch"),
    path("desk/<int:pk>/recount/", views.desk_recount, name="desk_recount"),
    path("desk/<int:pk>/show/", views.desk_show, name="desk_show"),
    path("desk/<int:pk>/cancel/", views.desk_cancel, name="desk_cancel"),
    path("desk/proposals/<int:pk>/", views.desk_proposal, name="desk_proposal"),
]

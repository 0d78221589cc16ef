"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.stations import views

app_name = "stations"
urlpatterns = [
    path("", views.list_stations, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("desk/", views.desk_list, name="desk_list"),
    path("desk/new/", views.desk_new, name="desk_new"),
    path("desk/<int:pk>/", views.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/close/", views.desk_close, name="desk_close"),
    path("desk/<int:pk>/reopen/", views.desk_reopen, name="desk_reopen"),
]

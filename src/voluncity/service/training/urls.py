"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.training import views

app_name = "training"
urlpatterns = [
    path("desk/", views.desk_list, name="desk_list"),
    path("desk/<int:pk>/revoke/", views.desk_revoke, name="desk_revoke"),
    path("desk/record/", views.desk_record, name="desk_record"),
]

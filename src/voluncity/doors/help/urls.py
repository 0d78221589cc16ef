"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.doors.help import views

app_name = "help"
urlpatterns = [
    path("", views.guides, name="guides"),
    path("<slug:slug>/", views.guide, name="guide"),
]

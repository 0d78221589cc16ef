"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.messages, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/open/", views.open_message, name="open"),
]

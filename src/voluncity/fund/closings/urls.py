"""Addresses of the slice."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "closings"
urlpatterns: list[URLPattern] = []

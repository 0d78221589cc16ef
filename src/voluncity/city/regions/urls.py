"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.regions import views

app_name = "regions"
urlpatterns = [path("children/", views.children, name="children")]

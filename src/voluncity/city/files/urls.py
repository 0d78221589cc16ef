"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.files import views

app_name = "files"
urlpatterns = [path("<slug:key>/", views.show, name="show")]

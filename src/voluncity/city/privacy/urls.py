"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.center, name="center"),
    path("looks/", views.looks, name="looks"),
    path("take/", views.take, name="take"),
    path("take/file/", views.file, name="file"),
    path("close/", views.close, name="close"),
    path("close/stay/", views.stay, name="stay"),
    path("code/", views.code, name="code"),
]

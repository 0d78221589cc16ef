"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.privacy.views import desk, own

app_name = "privacy"
urlpatterns = [
    path("", own.center, name="center"),
    path("looks/", own.looks, name="looks"),
    path("take/", own.take, name="take"),
    path("take/file/", own.file, name="file"),
    path("close/", own.close, name="close"),
    path("close/stay/", own.stay, name="stay"),
    path("code/", own.code, name="code"),
    path("desk/<int:pk>/close/", desk.close, name="desk_close"),
    path("desk/<int:pk>/close/stay/", desk.stay, name="desk_stay"),
]

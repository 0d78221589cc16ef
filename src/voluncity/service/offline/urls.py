"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.offline.views import book, desk, kiosk

app_name = "offline"
urlpatterns = [
    path("book/", book.book, name="book"),
    path("activities/<int:pk>/roster/", book.take, name="take"),
    path("upload/", book.upload, name="upload"),
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("kiosk/decode/", kiosk.decode, name="kiosk_decode"),
    path("desk/activities/<int:pk>/", desk.activity, name="desk_activity"),
    path("desk/activities/<int:pk>/kiosk/", desk.open_kiosk, name="open_kiosk"),
    path("desk/kiosks/<int:pk>/close/", desk.close_kiosk, name="close_kiosk"),
]

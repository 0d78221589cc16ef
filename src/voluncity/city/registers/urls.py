"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.registers import views

app_name = "registers"
urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/<int:pk>/", views.exported, name="exported"),
    path("<slug:key>/export/", views.export, name="export"),
    path("<slug:key>/filters/", views.filters, name="filters"),
]

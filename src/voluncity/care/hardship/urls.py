"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.care.hardship import views

app_name = "hardship"
urlpatterns = [
    path("desk/", views.case_list, name="desk_list"),
    path("desk/new/", views.new_case, name="desk_new"),
    path("desk/gifts/", views.gift_list, name="desk_gifts"),
    path("desk/gifts/<int:pk>/reverse/", views.reverse_gift, name="desk_reverse"),
    path("desk/<int:pk>/", views.case, name="desk_detail"),
    path("desk/<int:pk>/gifts/", views.give, name="desk_give"),
    path("desk/<int:pk>/extend/", views.extend, name="desk_extend"),
    path("desk/<int:pk>/end/", views.end, name="desk_end"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.welfare_days.views import desk, public

app_name = "welfare_days"
urlpatterns = [
    path("", public.index, name="index"),
    path("<int:pk>/", public.show, name="show"),
    path("years/<int:year>/", public.overview, name="year"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/generate/", desk.generate, name="generate"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/confirm/", desk.confirm, name="confirm"),
    path("desk/<int:pk>/move/", desk.move, name="move"),
    path("desk/<int:pk>/theme/", desk.describe, name="describe"),
    path("desk/<int:pk>/summary.xlsx", desk.summary, name="summary"),
    path("desk/<int:pk>/attach/<int:activity>/", desk.attach, name="attach"),
    path("desk/detach/<int:activity>/", desk.detach, name="detach"),
]

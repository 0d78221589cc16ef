"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.publicity import views

app_name = "publicity"
urlpatterns = [
    path("", views.list_notices, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/object/", views.object_to, name="object"),
    path("desk/", views.desk_list, name="desk_list"),
    path("desk/<int:pk>/", views.desk_detail, name="desk_detail"),
    path("desk/objections/<int:pk>/answer/", views.desk_answer, name="desk_answer"),
    path("desk/calendar/", views.desk_calendar, name="desk_calendar"),
    path("desk/calendar/<str:day>/remove/", views.desk_calendar_remove, name="desk_remove_day"),
]

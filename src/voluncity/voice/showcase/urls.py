"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.voice.showcase.views import desk, public

app_name = "showcase"
urlpatterns = [
    path("", public.story_list, name="list"),
    path("mine/", public.mine, name="mine"),
    path("mine/<int:pk>/", public.answer, name="answer"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/<int:pk>/", desk.desk_story, name="desk_story"),
    path("desk/<int:pk>/photos/", desk.desk_photos, name="desk_photos"),
    path("desk/<int:pk>/photos/<int:photo_pk>/", desk.desk_remove, name="desk_remove"),
    path("<int:pk>/", public.story, name="story"),
]

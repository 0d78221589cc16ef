"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.voice.news.views import desk, editing, files, public

app_name = "news"
urlpatterns = [
    path("", public.news_list, name="list"),
    path("feed.xml", public.feed, name="feed"),
    path("pictures/<int:pk>.webp", files.picture, name="picture"),
    path("pictures/<int:pk>/small.webp", files.small_picture, name="small_picture"),
    path("videos/<int:pk>.mp4", files.video, name="video"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", editing.desk_new, name="desk_new"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/edit/", editing.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/pictures/", editing.desk_pictures, name="desk_pictures"),
    path("desk/<int:pk>/pictures/<int:picture_pk>/", editing.desk_picture, name="desk_picture"),
    path("desk/<int:pk>/video/", editing.desk_video, name="desk_video"),
    path("desk/<int:pk>/preview/", desk.desk_preview, name="desk_preview"),
    path("desk/<int:pk>/versions/<int:number>/", desk.desk_version, name="desk_version"),
    path("desk/<int:pk>/<slug:verb>/", desk.desk_step, name="desk_step"),
    path("<int:pk>/", public.article, name="article"),
    path("<int:pk>/read/", public.read, name="read"),
]

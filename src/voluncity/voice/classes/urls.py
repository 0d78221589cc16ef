"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.voice.classes.views import desk, editing, files, learning, public

app_name = "classes"
urlpatterns = [
    path("", public.list_, name="list"),
    path("mine/", learning.mine, name="mine"),
    path("results/<int:pk>/", learning.result, name="result"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", editing.new, name="desk_new"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/preview/", desk.preview, name="desk_preview"),
    path("desk/<int:pk>/change/", editing.change, name="desk_change"),
    path("desk/<int:pk>/cover/", editing.cover, name="desk_cover"),
    path("desk/<int:pk>/pictures/", editing.pictures, name="desk_pictures"),
    path("desk/<int:pk>/questions/", editing.questions, name="desk_questions"),
    path(
        "desk/<int:pk>/questions/<int:question_pk>/remove/",
        editing.remove_question,
        name="desk_remove_question",
    ),
    path("desk/<int:pk>/chapters/new/", editing.new_page, name="desk_new_page"),
    path("desk/<int:pk>/chapters/<int:page_pk>/", editing.page, name="desk_page"),
    path("desk/<int:pk>/chapters/<int:page_pk>/attach/", editing.attach, name="desk_attach"),
    path(
        "desk/<int:pk>/chapters/<int:page_pk>/detach/<int:piece_pk>/",
        editing.detach,
        name="desk_detach",
    ),
    path(
        "desk/<int:pk>/chapters/<int:page_pk>/<str:verb>/", editing.turn_page, name="desk_turn_page"
    ),
    path("desk/<int:pk>/learners/", desk.learners, name="desk_learners"),
    path("desk/<int:pk>/<str:verb>/", desk.desk_step, name="desk_step"),
    path("pictures/<int:pk>.webp", files.picture, name="picture"),
    path("videos/<int:pk>.mp4", files.video, name="video"),
    path("papers/<int:pk>.pdf", files.paper, name="paper"),
    path("<int:pk>/", public.show, name="show"),
    path("<int:pk>/test/", learning.test, name="test"),
    path("<int:pk>/test/start/", learning.start_test, name="start_test"),
    path("<int:pk>/<int:chapter_pk>/", public.chapter, name="chapter"),
    path("<int:pk>/<int:chapter_pk>/clock/", learning.clock, name="clock"),
    path("<int:pk>/<int:chapter_pk>/finish/", learning.finish, name="finish"),
]

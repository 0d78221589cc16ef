"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.voice.comments.views import below, desk, own, settings, topics

app_name = "comments"
urlpatterns = [
    path("mine/", own.mine, name="mine"),
    path("mine/bans/<int:pk>/", own.appeal, name="appeal"),
    path("topics/", topics.board, name="topics"),
    path("topics/new/", topics.new, name="topic_new"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/accept/<int:comment_pk>/", topics.accept, name="accept"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/words/", settings.desk_words, name="desk_words"),
    path("desk/words/<int:pk>/end/", settings.end_word, name="desk_word_end"),
    path("desk/bans/", settings.desk_bans, name="desk_bans"),
    path("desk/bans/<int:pk>/", settings.answer_appeal, name="desk_ban"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/<str:verb>/", desk.desk_step, name="desk_step"),
    path("<int:pk>/like/", below.like, name="like"),
    path("<int:pk>/edit/", own.edit, name="edit"),
    path("<int:pk>/delete/", own.delete, name="delete"),
    path("<int:pk>/report/", own.report, name="report"),
    path("<slug:kind>/<int:pk>/", below.of, name="of"),
    path("<slug:kind>/<int:pk>/write/", below.write, name="write"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.recognition import views

app_name = "recognition"
urlpatterns = [
    path("", views.leaderboard, name="leaderboard"),
    path("stars/", views.stars, name="stars"),
    path("stars/card/", views.card_stars, name="card_stars"),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/issue/", views.issue, name="issue"),
    path("certificates/<str:serial>/pdf/", views.pdf, name="pdf"),
    path("v/", views.verify_start, name="verify_start"),
    path("v/<str:serial>/", views.verify, name="verify"),
    path("desk/certificates/", views.desk_list, name="desk_list"),
    path("desk/certificates/<int:pk>/", views.desk_revoke, name="desk_revoke"),
]

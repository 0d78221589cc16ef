"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.leaderboards.views import boards, desk, stars

app_name = "leaderboards"
urlpatterns = [
    path("", boards.show, name="show"),
    path("scopes/", boards.scopes, name="scopes"),
    path("stars/", stars.stars, name="stars"),
    path("stars/months/<str:month>/", stars.month, name="month"),
    path("stars/<int:pk>/", stars.star, name="star"),
    path("stars/<int:pk>/photo/", stars.photo, name="photo"),
    path("invitations/<int:pk>/", stars.invitation, name="invitation"),
    path("invitations/<int:pk>/hide/", stars.hide, name="hide"),
    path("invitations/<int:pk>/show/", stars.show_again, name="show_again"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/people/", desk.desk_people, name="desk_people"),
    path("desk/teams/", desk.desk_teams, name="desk_teams"),
    path("desk/<int:pk>/", desk.desk_month, name="desk_month"),
    path("desk/<int:pk>/<str:verb>/", desk.desk_step, name="desk_step"),
    path("desk/candidates/<int:pk>/", desk.desk_candidate, name="desk_candidate"),
    path("desk/candidates/<int:pk>/drop/", desk.desk_drop, name="desk_drop"),
]

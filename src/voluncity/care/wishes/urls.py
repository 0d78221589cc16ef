"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.care.wishes.views import desk, own, settings, wall

app_name = "wishes"
urlpatterns = [
    path("", wall.wall, name="wall"),
    path("new/", own.new, name="new"),
    path("mine/", own.mine, name="mine"),
    path("mine/<int:pk>/", own.own, name="own"),
    path("mine/<int:pk>/<str:verb>/", own.own_step, name="own_step"),
    path("claims/<int:pk>/", own.held, name="held"),
    path("claims/<int:pk>/<str:verb>/", own.held_step, name="held_step"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/figures/", desk.desk_figures, name="desk_figures"),
    path("desk/kinds/", settings.desk_kinds, name="desk_kinds"),
    path("desk/kinds/<slug:key>/<str:verb>/", settings.turn_kind, name="turn_kind"),
    path("desk/themes/", settings.desk_themes, name="desk_themes"),
    path("desk/themes/<int:pk>/", settings.desk_theme, name="desk_theme"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/<str:verb>/", desk.desk_step, name="desk_step"),
    path("<int:pk>/", wall.one, name="one"),
    path("<int:pk>/claim/", wall.claim, name="claim"),
    path("<int:pk>/complain/", wall.complain, name="complain"),
    path("<int:pk>/<str:which>.webp", wall.photo, name="photo"),
]

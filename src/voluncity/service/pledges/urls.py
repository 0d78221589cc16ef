"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.pledges.views import desk, figures, needs, resident, takers

app_name = "pledges"
urlpatterns = [
    path("", resident.open_list, name="list"),
    path("wall/", resident.wall, name="wall"),
    path("project/<int:pk>/", resident.of_project, name="of_project"),
    path("project/<int:pk>/adopt/", takers.adopt, name="adopt"),
    path("needs/<int:pk>/", resident.need, name="need"),
    path("needs/<int:pk>/take/", takers.take, name="take"),
    path("check/<int:pk>/<str:code>/", resident.check, name="check"),
    path("mine/", takers.mine, name="mine"),
    path("mine/<int:pk>/", takers.one, name="one"),
    path("mine/<int:pk>/withdraw/", takers.withdraw, name="withdraw"),
    path("mine/<int:pk>/show/", takers.show, name="show"),
    path("mine/<int:pk>/letter.pdf", takers.letter, name="letter"),
    path("mine/adoptions/<int:pk>/<str:verb>/", takers.adoption_step, name="adoption_step"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/figures/", figures.desk_figures, name="desk_figures"),
    path("desk/needs/", needs.desk_needs, name="desk_needs"),
    path("desk/needs/new/", needs.desk_new, name="desk_new"),
    path("desk/needs/<int:pk>/", needs.desk_need, name="desk_need"),
    path("desk/needs/<int:pk>/<str:verb>/", needs.desk_turn, name="desk_turn"),
    path("desk/adoptions/<int:pk>/<str:verb>/", needs.desk_adoption, name="desk_adoption"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/<str:verb>/", desk.desk_step, name="desk_step"),
]

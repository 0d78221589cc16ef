"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.rosters.views import desk_plans, desk_runs, mine, station, swaps

app_name = "rosters"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("<int:pk>/wish/", mine.wish, name="wish"),
    path("<int:pk>/leave/", mine.leave, name="leave"),
    path("turns/<int:pk>/offer/", mine.offer, name="offer"),
    path("offers/<int:pk>/take/", mine.take, name="take"),
    path("offers/<int:pk>/withdraw/", mine.withdraw, name="withdraw"),
    path("turns/<int:pk>/swap/", swaps.ask, name="swap_ask"),
    path("swaps/<int:pk>/", swaps.swap, name="swap"),
    path("swaps/<int:pk>/end/", swaps.end_swap, name="end_swap"),
    path("stations/<int:pk>/", station.of_station, name="of_station"),
    path("feed/<str:token>.ics", mine.feed, name="feed"),
    path("calendar/<str:verb>/", mine.feed_step, name="feed_step"),
    path("desk/", desk_plans.desk_list, name="desk_list"),
    path("desk/new/", desk_plans.desk_new, name="desk_new"),
    path("desk/<int:pk>/", desk_plans.desk_plan, name="desk_plan"),
    path("desk/<int:pk>/edit/", desk_plans.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/step/<str:verb>/", desk_plans.desk_step, name="desk_step"),
    path("desk/<int:pk>/posts/", desk_plans.desk_posts, name="desk_posts"),
    path("desk/<int:pk>/posts/import/", desk_plans.desk_import, name="desk_import"),
    path("desk/posts/<int:pk>/", desk_plans.desk_post, name="desk_post"),
    path("desk/<int:pk>/times/new/", desk_plans.desk_slot_new, name="desk_slot_new"),
    path("desk/times/<int:pk>/", desk_plans.desk_slot, name="desk_slot"),
    path("desk/<int:pk>/people/", desk_plans.desk_people, name="desk_people"),
    path("desk/pairs/<int:pk>/forget/", desk_plans.desk_pair, name="desk_pair"),
    path("desk/<int:pk>/board/", desk_runs.desk_board, name="desk_board"),
    path("desk/<int:pk>/<slug:kind>.pdf", desk_runs.desk_paper, name="desk_paper"),
    path("desk/<int:pk>/runs/", desk_runs.desk_start_run, name="desk_start_run"),
    path("desk/runs/<int:pk>/", desk_runs.desk_run, name="desk_run"),
    path("desk/runs/<int:pk>/step/<str:verb>/", desk_runs.desk_run_step, name="desk_run_step"),
    path("desk/runs/<int:pk>/assign/", desk_runs.desk_assign, name="desk_assign"),
    path("desk/assignments/<int:pk>/move/", desk_runs.desk_move, name="desk_move"),
    path(
        "desk/assignments/<int:pk>/step/<str:verb>/",
        desk_runs.desk_assignment,
        name="desk_assignment",
    ),
    path("desk/turns/<int:pk>/substitute/", desk_runs.desk_substitute, name="desk_substitute"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.awards.views import (
    desk,
    experts,
    judging,
    nominating,
    own,
    public,
    results,
    votes,
)

app_name = "awards"
urlpatterns = [
    path("", public.open_list, name="list"),
    path("honor/", public.honor, name="honor"),
    path("check/", public.check_start, name="check_start"),
    path("check/<str:serial>/", public.check, name="check"),
    path("<int:pk>/", public.show, name="show"),
    path("categories/<int:pk>/vote/", public.vote, name="vote"),
    path("nominees/<int:pk>/", public.nominee, name="nominee"),
    path("nominees/<int:pk>/photo/", public.photo, name="photo"),
    path("mine/", own.mine, name="mine"),
    path("mine/<int:pk>/", own.one, name="own"),
    path("mine/<int:pk>/write/", own.write, name="own_write"),
    path("mine/<int:pk>/paper.pdf", own.paper, name="paper"),
    path("mine/<int:pk>/<slug:verb>/", own.step, name="own_step"),
    path("categories/<int:pk>/self/", own.self_new, name="self_new"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/change/", desk.desk_change, name="desk_change"),
    path("desk/<int:pk>/days/", desk.desk_days, name="desk_days"),
    path("desk/<int:pk>/judges/", experts.desk_judges, name="desk_judges"),
    path("desk/<int:pk>/votes/", votes.desk_votes, name="desk_votes"),
    path("desk/<int:pk>/votes/ask/", votes.desk_ask, name="desk_ask"),
    path("desk/<int:pk>/results/", results.desk_results, name="desk_results"),
    path("desk/<int:pk>/<slug:verb>/", desk.desk_step, name="desk_step"),
    path("desk/judges/<int:pk>/remove/", experts.desk_remove_judge, name="desk_remove_judge"),
    path(
        "desk/set-asides/<int:pk>/<slug:verb>/", votes.desk_decide_ballots,
        name="desk_decide_ballots",
    ),
    path("desk/places/<int:pk>/office/", results.desk_office_points, name="desk_office_points"),
    path("desk/awards/<int:pk>/", results.desk_award, name="desk_award"),
    path("desk/awards/<int:pk>/paper.pdf", results.desk_paper, name="desk_paper"),
    path("desk/categories/<int:pk>/nominate/", nominating.desk_nominate, name="desk_nominate"),
    path("desk/categories/<int:pk>/pick/", nominating.desk_pick, name="desk_pick"),
    path("desk/nominations/<int:pk>/", nominating.desk_nomination, name="desk_nomination"),
    path("desk/nominations/<int:pk>/write/", nominating.desk_write, name="desk_write"),
    path(
        "desk/nominations/<int:pk>/papers/<int:paper_pk>/", nominating.desk_file, name="desk_file"
    ),
    path(
        "desk/nominations/<int:pk>/<slug:verb>/", nominating.desk_nomination_step,
        name="desk_nomination_step",
    ),
    path("desk/reviews/", judging.desk_reviews, name="desk_reviews"),
    path("desk/reviews/<int:pk>/", judging.desk_review, name="desk_review"),
    path("desk/reviews/<int:pk>/recuse/", judging.desk_recuse, name="desk_recuse"),
    path(
        "desk/reviews/<int:pk>/papers/<int:paper_pk>/", judging.desk_review_file,
        name="desk_review_file",
    ),
]  # fmt: skip

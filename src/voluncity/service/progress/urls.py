"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.progress.views import articles, desk, joint, public, summaries, years

app_name = "progress"
urlpatterns = [
    path("of/<int:pk>/", public.of_project, name="of_project"),
    path("experience/", articles.experience, name="experience"),
    path("experience/<int:pk>/", articles.article_page, name="article_page"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/plans.pdf", desk.plans_paper, name="plans_paper"),
    path("desk/plans.xlsx", desk.plans_sheet, name="plans_sheet"),
    path("desk/lines/", desk.desk_lines, name="desk_lines"),
    path("desk/years/", years.years, name="years"),
    path("desk/years/call/", years.open_call, name="open_call"),
    path("desk/years/new/", years.year_new, name="year_new"),
    path("desk/years/<int:pk>/", years.year, name="year"),
    path("desk/years/<int:pk>/write/", years.write_year, name="write_year"),
    path("desk/years/<int:pk>/<str:verb>/", years.year_step, name="year_step"),
    path("desk/units/pick/", joint.pick_unit, name="pick_unit"),
    path("desk/joint/", joint.joint_list, name="joint_list"),
    path("desk/joint/<int:pk>/", joint.joint, name="joint"),
    path("desk/joint/<int:pk>/activities/new/", joint.arrange, name="arrange"),
    path(
        "desk/joint/<int:pk>/activities/<int:activity_pk>/",
        joint.change_arranged,
        name="change_arranged",
    ),
    path("desk/joint/<int:pk>/activities/<int:activity_pk>/drop/", joint.drop, name="drop"),
    path("desk/joint/<int:pk>/<str:verb>/", joint.joint_step, name="joint_step"),
    path("desk/articles/", articles.articles, name="articles"),
    path("desk/articles/<int:pk>/", articles.article, name="article"),
    path("desk/articles/<int:pk>/write/", articles.write_article, name="write_article"),
    path("desk/articles/<int:pk>/<str:verb>/", articles.article_step, name="article_step"),
    path("desk/<int:pk>/", desk.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/plan.pdf", desk.plan_paper, name="plan_paper"),
    path("desk/<int:pk>/aim/", desk.desk_aim, name="desk_aim"),
    path("desk/<int:pk>/sessions/", desk.desk_sessions, name="desk_sessions"),
    path("desk/<int:pk>/next/", desk.next_stage, name="next_stage"),
    path("desk/<int:pk>/summary/", summaries.summary, name="summary"),
    path("desk/<int:pk>/summary/write/", summaries.write_summary, name="write_summary"),
    path("desk/<int:pk>/summary/photos/", summaries.summary_photos, name="summary_photos"),
    path("desk/<int:pk>/summary/papers/", summaries.summary_paper, name="summary_paper"),
    path(
        "desk/<int:pk>/summary/papers/<int:paper_pk>/remove/",
        summaries.remove_paper,
        name="remove_paper",
    ),
    path("desk/<int:pk>/summary/accept/", summaries.accept_summary, name="accept_summary"),
    path("desk/<int:pk>/summary/send-back/", summaries.send_back_summary, name="send_back"),
    path("desk/<int:pk>/units/", joint.units, name="units"),
    path("desk/<int:pk>/units/invite/", joint.invite, name="invite"),
    path("desk/<int:pk>/units/<int:unit_pk>/<str:verb>/", joint.change_unit, name="change_unit"),
    path("desk/<int:pk>/articles/new/", articles.article_new, name="article_new"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.insurance.views import activities, claims, enrolling, own, policies

app_name = "insurance"
urlpatterns = [
    path("mine/", own.mine, name="mine"),
    path("mine/card/", own.card_line, name="card_line"),
    path("of/<int:pk>/", own.of_ward, name="of_ward"),
    path("of/<int:pk>/report/", own.ward_report, name="ward_report"),
    path("mine/lists/<int:pk>/<str:say>/", own.answer, name="answer"),
    path("mine/report/", own.report, name="report"),
    path("mine/claims/<int:pk>/", own.claim, name="claim"),
    path("mine/claims/<int:pk>/withdraw/", own.withdraw, name="withdraw"),
    path("mine/claims/<int:pk>/files/<int:file_pk>/", own.claim_file, name="claim_file"),
    path("desk/", policies.desk_list, name="desk_list"),
    path("desk/new/", policies.desk_new, name="desk_new"),
    path("desk/policies/<int:pk>/", policies.desk_policy, name="desk_policy"),
    path("desk/policies/<int:pk>/cancel/", policies.desk_cancel, name="desk_cancel"),
    path("desk/policies/<int:pk>/paper.pdf", policies.desk_paper, name="desk_paper"),
    path("desk/people/", policies.desk_people, name="desk_people"),
    path("desk/risks/", policies.desk_risks, name="desk_risks"),
    path("desk/risks/new/", policies.desk_set_risk, name="desk_set_risk"),
    path("desk/risks/<int:pk>/end/", policies.desk_end_risk, name="desk_end_risk"),
    path("desk/lists/", enrolling.desk_enrollments, name="desk_enrollments"),
    path("desk/lists/new/", enrolling.desk_enroll, name="desk_enroll"),
    path("desk/lists/<int:pk>/", enrolling.desk_enrollment, name="desk_enrollment"),
    path("desk/lists/<int:pk>/add/", enrolling.desk_add_person, name="desk_add_person"),
    path("desk/lists/people/<int:pk>/", enrolling.desk_person, name="desk_person"),
    path(
        "desk/lists/<int:pk>/step/<str:verb>/",
        enrolling.desk_enrollment_step,
        name="desk_enrollment_step",
    ),
    path("desk/activities/", activities.desk_activities, name="desk_activities"),
    path("desk/activities/<int:pk>/", activities.desk_activity, name="desk_activity"),
    path("desk/claims/", claims.desk_claims, name="desk_claims"),
    path("desk/claims/new/", claims.desk_report, name="desk_report"),
    path("desk/claims/<int:pk>/", claims.desk_claim, name="desk_claim"),
    path("desk/claims/<int:pk>/files/", claims.desk_claim_add, name="desk_claim_add"),
    path(
        "desk/claims/<int:pk>/files/<int:file_pk>/", claims.desk_claim_file, name="desk_claim_file"
    ),
    path("desk/claims/<int:pk>/step/<str:verb>/", claims.desk_claim_step, name="desk_claim_step"),
]

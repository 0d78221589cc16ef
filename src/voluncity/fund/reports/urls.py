"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.reports.views import desk, evidence, own, spending

app_name = "reports"
urlpatterns = [
    path("own/", own.own_list, name="own_list"),
    path("own/extra/<int:pk>/", own.own_extra, name="own_extra"),
    path("own/<int:pk>/", own.own_report, name="own_report"),
    path("own/<int:pk>/words/", own.own_words, name="own_words"),
    path("own/<int:pk>/activities/", evidence.own_activities, name="own_activities"),
    path("own/<int:pk>/evidence/", evidence.own_evidence, name="own_evidence"),
    path("own/<int:pk>/spending/", spending.own_spending, name="own_spending"),
    path("own/<int:pk>/spending/new/", spending.own_expense_new, name="own_expense_new"),
    path("own/<int:pk>/spending/import/", spending.own_import, name="own_import"),
    path("own/<int:pk>/spending/table/", spending.own_table, name="own_table"),
    path("own/<int:pk>/check/", own.own_check, name="own_check"),
    path("own/<int:pk>/step/<slug:verb>/", own.own_step, name="own_step"),
    path(
        "own/evidence/<int:pk>/<slug:verb>/", evidence.own_evidence_step, name="own_evidence_step"
    ),
    path("own/expenses/<int:pk>/", spending.own_expense, name="own_expense"),
    path("own/expenses/<int:pk>/remove/", spending.own_expense_remove, name="own_expense_remove"),
    path("own/expenses/<int:pk>/vouchers/", spending.own_voucher, name="own_voucher"),
    path("own/vouchers/<int:pk>/remove/", spending.own_voucher_remove, name="own_voucher_remove"),
    path("evidence/<int:pk>/<slug:size>/", evidence.evidence_file, name="evidence_file"),
    path("vouchers/<int:pk>/<slug:size>/", evidence.voucher_file, name="voucher_file"),
    path("papers/<int:pk>.pdf", desk.report_paper, name="paper"),
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desk.desk_report, name="desk_report"),
    path("desk/<int:pk>/<slug:verb>/", desk.desk_step, name="desk_step"),
    path("desk/expenses/<int:pk>/<slug:verb>/", desk.desk_expense, name="desk_expense"),
]

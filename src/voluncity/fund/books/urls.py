"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.books.views import budgets, desk, postings

app_name = "books"
urlpatterns = [
    path("desk/", desk.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desk.desk_fund, name="desk_fund"),
    path("desk/<int:pk>/entries/", desk.desk_entries, name="desk_entries"),
    path("desk/<int:pk>/statement/", desk.desk_statement, name="desk_statement"),
    path("desk/<int:pk>/entries/<int:year>.csv", desk.export_csv, name="export_csv"),
    path("desk/<int:pk>/entries/<int:year>.xlsx", desk.export_book, name="export_book"),
    path("desk/<int:pk>/postings/new/", postings.desk_posting_new, name="desk_posting_new"),
    path("desk/postings/<int:pk>/", postings.desk_posting, name="desk_posting"),
    path("desk/postings/<int:pk>/book/", postings.desk_book, name="desk_book"),
    path("desk/postings/<int:pk>/reject/", postings.desk_reject, name="desk_reject"),
    path("desk/postings/<int:pk>/withdraw/", postings.desk_withdraw, name="desk_withdraw"),
    path("desk/postings/<int:pk>/undo/", postings.desk_undo, name="desk_undo"),
    path("desk/evidence/<int:pk>/", postings.desk_proof, name="desk_proof"),
    path("desk/<int:pk>/budgets/new/", budgets.desk_budget_new, name="desk_budget_new"),
    path("desk/budgets/<int:pk>/", budgets.desk_budget, name="desk_budget"),
    path("desk/budgets/<int:pk>/change/", budgets.desk_budget_change, name="desk_budget_change"),
    path("desk/budgets/<int:pk>/approve/", budgets.desk_budget_approve, name="desk_budget_approve"),
    path("desk/budgets/<int:pk>/discard/", budgets.desk_budget_discard, name="desk_budget_discard"),
]

"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.payouts.views import accounts, lists, own, payments, projects, returns

app_name = "payouts"
urlpatterns = [
    path("own/", own.own_list, name="own_list"),
    path("own/<int:pk>/", own.own_detail, name="own_detail"),
    path("own/<int:pk>/account/", own.own_account, name="own_account"),
    path("own/accounts/<int:pk>/withdraw/", own.own_withdraw, name="own_withdraw"),
    path("own/payments/<int:pk>/receipt/", own.own_receipt, name="own_receipt"),
    path("papers/accounts/<int:pk>/", returns.account_paper, name="account_paper"),
    path("papers/receipts/<int:pk>/", returns.receipt, name="receipt"),
    path("papers/returns/<int:pk>/", returns.return_paper, name="return_paper"),
    path("desk/", payments.desk_list, name="desk_list"),
    path("desk/<int:pk>/", payments.desk_detail, name="desk_detail"),
    path("desk/<int:pk>/step/<str:verb>/", payments.desk_step, name="desk_step"),
    path("desk/<int:pk>/receipt/", returns.desk_receipt, name="desk_receipt"),
    path("desk/projects/<int:pk>/", projects.desk_funding, name="desk_funding"),
    path("desk/projects/<int:pk>/plan/", projects.desk_plan, name="desk_plan"),
    path("desk/projects/<int:pk>/account/", accounts.desk_account_new, name="desk_account_new"),
    path("desk/projects/<int:pk>/return/", projects.desk_return_new, name="desk_return_new"),
    path("desk/ready/", projects.desk_ready, name="desk_ready"),
    path("desk/plans/", projects.desk_plans, name="desk_plans"),
    path("desk/plans/<int:pk>/<str:verb>/", projects.desk_plan_step, name="desk_plan_step"),
    path("desk/installments/<int:pk>/ask/", projects.desk_ask, name="desk_ask"),
    path("desk/accounts/", accounts.desk_accounts, name="desk_accounts"),
    path("desk/accounts/<int:pk>/", accounts.desk_account, name="desk_account"),
    path("desk/accounts/<int:pk>/reveal/", accounts.desk_reveal, name="desk_reveal"),
    path(
        "desk/accounts/<int:pk>/step/<str:verb>/",
        accounts.desk_account_step,
        name="desk_account_step",
    ),
    path("desk/lists/", lists.desk_lists, name="desk_lists"),
    path("desk/lists/new/", lists.desk_list_new, name="desk_list_new"),
    path("desk/lists/<int:pk>/", lists.desk_batch, name="desk_batch"),
    path("desk/lists/<int:pk>/export/<str:kind>/", lists.desk_export, name="desk_export"),
    path("desk/lists/<int:pk>/cancel/", lists.desk_cancel, name="desk_cancel"),
    path("desk/lists/<int:pk>/answers/", lists.desk_answers, name="desk_answers"),
    path("desk/returns/", returns.desk_returns, name="desk_returns"),
    path("desk/returns/<int:pk>/", returns.desk_return, name="desk_return"),
    path("desk/returns/<int:pk>/<str:verb>/", returns.desk_return_step, name="desk_return_step"),
]

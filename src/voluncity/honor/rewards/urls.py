"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.rewards.views import (
    counter,
    merchants,
    offers,
    others,
    own,
    public,
    sheets,
)

app_name = "rewards"
urlpatterns = [
    path("", public.offer_list, name="list"),
    path("offers/<int:pk>/", public.one, name="one"),
    path("offers/<int:pk>/take/", own.take, name="take"),
    path("merchants/", public.wall, name="wall"),
    path("merchants/<int:pk>/", public.merchant, name="merchant"),
    path("mine/", own.mine, name="mine"),
    path("mine/<int:pk>/", own.voucher, name="voucher"),
    path("mine/<int:pk>/give-back/", own.give_back, name="give_back"),
    path("mine/<int:pk>/voucher.pdf", own.paper_of, name="paper"),
    path("desk/", merchants.desk_list, name="desk_list"),
    path("desk/join/", merchants.desk_join, name="desk_join"),
    path("desk/merchants/<int:pk>/", merchants.desk_merchant, name="desk_merchant"),
    path("desk/merchants/<int:pk>/edit/", merchants.desk_edit, name="desk_edit"),
    path("desk/merchants/<int:pk>/shops/new/", merchants.desk_shop_new, name="desk_shop_new"),
    path("desk/merchants/<int:pk>/offers/new/", offers.desk_offer_new, name="desk_offer_new"),
    path("desk/merchants/<int:pk>/<str:verb>/", merchants.desk_step, name="desk_step"),
    path("desk/shops/<int:pk>/", merchants.desk_shop, name="desk_shop"),
    path("desk/shops/<int:pk>/close/", merchants.desk_shop_close, name="desk_shop_close"),
    path("desk/offers/<int:pk>/", offers.desk_offer, name="desk_offer"),
    path("desk/offers/<int:pk>/edit/", offers.desk_offer_edit, name="desk_offer_edit"),
    path("desk/offers/<int:pk>/<str:verb>/", offers.desk_offer_step, name="desk_offer_step"),
    path("desk/scan/", counter.scan, name="scan"),
    path("desk/scan/redeem/", counter.redeem, name="redeem"),
    path("desk/redemptions/", counter.desk_redemptions, name="desk_redemptions"),
    path("desk/redemptions/<int:pk>/", counter.desk_redemption, name="desk_redemption"),
    path("desk/redemptions/<int:pk>/undo/", counter.undo, name="undo"),
    path("desk/sheets/", sheets.desk_sheets, name="desk_sheets"),
    path("desk/sheets/<int:pk>/", sheets.desk_sheet, name="desk_sheet"),
    path("desk/sheets/<int:pk>/sheet.xlsx", sheets.sheet_book, name="sheet_book"),
    path("desk/sheets/<int:pk>/sheet.pdf", sheets.sheet_paper, name="sheet_paper"),
    path("desk/sheets/<int:pk>/<str:verb>/", sheets.desk_sheet_step, name="desk_sheet_step"),
    path("desk/figures/", sheets.desk_figures, name="desk_figures"),
    path("desk/vouchers/", sheets.desk_vouchers, name="desk_vouchers"),
    path("desk/for/", others.desk_for, name="desk_for"),
    path("desk/for/<int:pk>/", others.desk_voucher, name="desk_voucher"),
    path("desk/for/<int:pk>/voucher.pdf", others.desk_paper, name="desk_paper"),
]

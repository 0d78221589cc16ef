"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.fund.donations.views import appeals, batches, bills, gifts, own, public, refunds

app_name = "donations"
urlpatterns = [
    path("", public.appeal_list, name="list"),
    path("<int:pk>/", public.appeal, name="appeal"),
    path("<int:pk>/wall/", public.wall, name="wall"),
    path("<int:pk>/give/", own.give, name="give"),
    path("<int:pk>/monthly/", own.monthly, name="monthly"),
    path("screen/<int:pk>/", public.screen, name="screen"),
    path("check/<str:code>/", public.check, name="check"),
    path("notice/", public.notice, name="notice"),
    path("orders/<int:pk>/", own.order, name="order"),
    path("orders/<int:pk>/state/", own.order_state, name="order_state"),
    path("orders/<int:pk>/pay/", own.play, name="play"),
    path("mine/", own.mine, name="mine"),
    path("mine/<int:pk>/certificate.pdf", own.certificate, name="certificate"),
    path("mine/<int:pk>/receipt/", own.want_receipt, name="want_receipt"),
    path("mine/<int:pk>/show/", own.show, name="show"),
    path("mine/plans/<int:pk>/end/", own.end_plan, name="end_plan"),
    path("desk/", appeals.desk_list, name="desk_list"),
    path("desk/new/", appeals.desk_new, name="desk_new"),
    path("desk/<int:pk>/", appeals.desk_appeal, name="desk_appeal"),
    path("desk/<int:pk>/edit/", appeals.desk_edit, name="desk_edit"),
    path("desk/<int:pk>/tell/", appeals.desk_tell, name="desk_tell"),
    path("desk/<int:pk>/events/new/", appeals.desk_event_new, name="desk_event_new"),
    path("desk/<int:pk>/step/<str:verb>/", appeals.desk_step, name="desk_step"),
    path("desk/events/<int:pk>/", gifts.desk_event, name="desk_event"),
    path("desk/events/<int:pk>/gift/", gifts.desk_event_gift, name="desk_event_gift"),
    path("desk/gifts/", gifts.desk_gifts, name="desk_gifts"),
    path("desk/gifts/new/", gifts.desk_gift_new, name="desk_gift_new"),
    path("desk/gifts/<int:pk>/", gifts.desk_gift, name="desk_gift"),
    path("desk/gifts/<int:pk>/certificate.pdf", gifts.desk_certificate, name="desk_certificate"),
    path("desk/gifts/<int:pk>/<str:verb>/", gifts.desk_gift_step, name="desk_gift_step"),
    path("desk/files/", batches.desk_batches, name="desk_batches"),
    path("desk/files/new/", batches.desk_batch_new, name="desk_batch_new"),
    path("desk/files/<int:pk>/", batches.desk_batch, name="desk_batch"),
    path("desk/files/<int:pk>/<str:verb>/", batches.desk_batch_step, name="desk_batch_step"),
    path("desk/refunds/", refunds.desk_refunds, name="desk_refunds"),
    path("desk/refunds/<int:pk>/", refunds.desk_refund, name="desk_refund"),
    path("desk/refunds/<int:pk>/<str:verb>/", refunds.desk_refund_step, name="desk_refund_step"),
    path("desk/bills/", bills.desk_bills, name="desk_bills"),
    path("desk/bills/fetch/", bills.desk_fetch, name="desk_fetch"),
    path("desk/bills/<int:pk>/", bills.desk_bill, name="desk_bill"),
    path("desk/differences/<int:pk>/", bills.desk_settle, name="desk_settle"),
]

"""Row F1 on a phone: post, review, claim, fulfill, confirm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from voluncity.kernel.clock import local_date
from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]


@pytest.mark.row("F1")
def test_a_wish_is_posted_reviewed_claimed_and_confirmed(
    look: Look,
) -> None:
    elder = look(account="demo-elder")
    elder.goto("/wishes/new/")
    assert faults(elder) == []
    elder.locator("[name=title]").fill("想请人念一封家信")
    elder.locator("label", has_text="陪伴").first.click()
    day = local_date(now()) + timedelta(days=9)
    elder.locator("[name=wanted_on]").fill(day.isoformat())
    elder.locator("[name=address]").fill("青年路 12 号")
    elder.locator("[name=agrees]").check()
    elder.get_by_role("button", name="提交心愿").click()
    expect(elder.get_by_text("心愿已提交")).to_be_visible()
    number = elder.url.rstrip("/").split("/")[-1]

    desk = look(desk=True, account="demo-city-office")
    desk.goto(f"/wishes/desk/{number}/")
    desk.get_by_role("button", name="通过并公开").click()
    expect(desk.get_by_text("已公开，志愿者可以认领了")).to_be_visible()

    helper = look(account="demo-volunteer")
    helper.goto("/wishes/")
    assert faults(helper) == []
    helper.get_by_role("link", name="想请人念一封家信").first.click()
    helper.get_by_role("button", name="我来实现").click()
    helper.get_by_role("button", name="看电话和地址").click()
    expect(helper.get_by_text("青年路 12 号")).to_be_visible()
    helper.locator("[name=words]").first.fill("念了两遍")
    helper.get_by_role("button", name="提交完成情况").click()
    expect(helper.get_by_text("等许愿人确认").first).to_be_visible()

    elder.goto(f"/wishes/mine/{number}/")
    elder.get_by_role("button", name="已经实现").click()
    expect(elder.get_by_role("heading", name="道声谢谢")).to_be_visible()

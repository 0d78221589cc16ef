"""The resident's pages, read by their words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.signups import queries
from voluncity.service.signups.models import Agenda, Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.tests.reading import shift_now, signed_in, words
from voluncity.service.signups.views import signing_up
from voluncity.testing.counting import queries_at_first
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_projects import (
    MORNING,
    TWO_HOURS,
    make_activity,
    make_course,
    make_project,
    make_shift,
    make_skill,
)
from voluncity.testing.make_signups import make_attendance, make_signup
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


# -- An activity -----------------------------------------------------------------------------------


def test_a_stranger_reads_everything_about_an_activity() -> None:
    course, skill = make_course(), make_skill()
    project = make_project(skills=[skill], course=course, min_age=16, max_age=70)
    activity = make_activity(
        project=project, leader=make_user("李卫国"), description="引导游客排队，劝阻不文明行为。"
    )
    shift = make_shift(activity=activity, name="东门引导", capacity=5, taken=2)
    make_signup(shift=shift, state=SignupState.WAITING)
    text = words(Client().get(f"/activities/{activity.pk}/"))
    for part in (
        "招募中", "周二文明引导", "2030年3月5日 周二 09:00–11:00", "汾河公园东门",
        project.organization.name, "李*国", "东门引导 · 已报 2 / 5 人 · 1 人候补", "余 3",
        "引导游客排队", "16 周岁以上，不超过 70 周岁", "专长（有一项即可）：急救",
        "先完成培训：应急救护", "风险告知", "户外活动，注意防暑和路滑。", "登录后报名",
    ):  # fmt: skip
        assert part in text
    assert "李卫国" not in text


def test_a_full_shift_is_shown_with_the_way_to_the_waiting_list() -> None:
    shift = make_shift(capacity=1, taken=1)
    text = words(signed_in(make_volunteer()).get(f"/activities/{shift.activity_id}/"))
    assert "名额已满" in text
    assert "加入候补" in text


def test_a_reason_that_holds_for_all_shifts_is_told_once_with_the_way_on() -> None:
    activity = make_activity(shifts=2)
    response = signed_in(make_volunteer(verified=False)).get(f"/activities/{activity.pk}/")
    text = words(response)
    assert "报名前要先完成实名认证" in text
    assert "去实名认证" in text
    assert "立即报名" not in text


def test_a_clash_names_the_other_activity() -> None:
    volunteer = make_volunteer()
    make_signup(shift=make_shift(activity=make_activity("路口执勤")), volunteer=volunteer)
    shift = make_shift()
    text = words(signed_in(volunteer).get(f"/activities/{shift.activity_id}/"))
    assert "时间与您已报名的“路口执勤”（3月5日 周二 09:00–11:00）重叠" in text


def test_what_is_mine_leads_to_my_sign_up() -> None:
    signup = make_signup()
    response = signed_in(signup.volunteer).get(f"/activities/{signup.shift.activity_id}/")
    assert "我已报名" in words(response)
    assert "查看我的报名" in words(response)


def test_distance_is_told_when_both_places_are_known() -> None:
    region = make_region()
    region.lat, region.lng = 37.87, 112.55
    region.save()
    activity = make_activity(lat=37.88, lng=112.55, shifts=1)
    near = signed_in(make_volunteer(region=region)).get(f"/activities/{activity.pk}/")
    far = signed_in(make_volunteer(region=make_region())).get(f"/activities/{activity.pk}/")
    assert "距您登记的地方约 1.1 公里" in words(near)
    assert "距您登记的地方" not in words(far)


def test_a_cancelled_activity_says_why_and_takes_nobody() -> None:
    activity = make_activity(state=ActivityState.CANCELLED, state_reason="大风蓝色预警", shifts=1)
    text = words(Client().get(f"/activities/{activity.pk}/"))
    assert "活动已取消，请不要前往大风蓝色预警" in text
    assert "立即报名" not in text


def test_a_draft_is_seen_by_its_own_people_only() -> None:
    organization = make_organization()
    activity = make_activity(
        project=make_project(organization=organization), state=ActivityState.DRAFT, shifts=1
    )
    hidden = make_activity(project=make_project(state=ProjectState.DRAFT), shifts=1)
    leader = make_user("李强")
    give(leader, Role.TEAM_LEADER, organization)
    own = as_(leader)
    assert own.get(f"/activities/{activity.pk}/").status_code == 200
    assert own.get(f"/activities/{hidden.pk}/").status_code == 404
    assert Client().get(f"/activities/{activity.pk}/").status_code == 404
    assert signed_in(make_volunteer()).get(f"/activities/{activity.pk}/").status_code == 404
    assert Client().get("/activities/999999/").status_code == 404


def test_elder_mode_offers_a_phone_number() -> None:
    shift = make_shift()
    client = Client()
    client.cookies["elder"] = "1"
    text = words(client.get(f"/activities/{shift.activity_id}/"))
    assert "打电话报名 0351-0000000" in text


def test_an_activity_of_thirty_shifts_costs_the_queries_of_one() -> None:
    client = signed_in(make_volunteer())
    one, many = make_activity(shifts=1), make_activity(shifts=30)
    few = queries_at_first(client, f"/activities/{one.pk}/")
    assert queries_at_first(client, f"/activities/{many.pk}/") == few
    assert few <= 12


# -- Signing up ------------------------------------------------------------------------------------


def test_reading_the_risks_comes_before_the_place() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    client = signed_in(volunteer)
    url = f"/shifts/{shift.pk}/sign-up/"
    page = words(client.get(url))
    assert "请先读完风险告知" in page
    assert "确认报名" in page
    response = client.post(url)
    assert (response.status_code, Signup.objects.count()) == (422, 0)
    assert "请先读完风险告知，再勾选“我已知悉”。" in words(response)
    response = client.post(url, {"risks_read": "on"}, follow=True)
    assert response.redirect_chain == [(f"/me/signups/{Signup.objects.get().pk}/", 302)]
    assert "报名成功，请按时到场。" in words(response)


def test_a_second_post_looks_like_the_first() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    client = signed_in(volunteer)
    answers = [client.post(f"/shifts/{shift.pk}/sign-up/", {"risks_read": "on"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert client.get(f"/shifts/{shift.pk}/sign-up/")["Location"] == answers[0]["Location"]


def test_the_page_that_offered_a_place_does_not_put_anybody_on_the_waiting_list() -> None:
    shift = make_shift(capacity=1, taken=1)
    client = signed_in(make_volunteer())
    response = client.post(f"/shifts/{shift.pk}/sign-up/", {"risks_read": "on", "wait": ""})
    assert (response.status_code, Signup.objects.count()) == (422, 0)
    assert "名额刚刚报满了" in words(response)
    assert "加入候补" in words(response)
    response = client.post(
        f"/shifts/{shift.pk}/sign-up/", {"risks_read": "on", "wait": "1"}, follow=True
    )
    assert "已加入候补。" in words(response)
    assert "您排在候补第一位" in words(response)


def test_who_may_not_sign_up_reads_every_reason() -> None:
    project = make_project(course=make_course(), skills=[make_skill()])
    shift = make_shift(activity=make_activity(project=project))
    response = signed_in(make_volunteer(verified=False)).get(f"/shifts/{shift.pk}/sign-up/")
    assert response.status_code == 409
    for part in ("实名认证", "应急救护", "专长之一：急救"):
        assert part in words(response)
    assert "确认报名" not in words(response)


def test_the_action_has_the_last_word_over_the_page() -> None:
    shift = make_shift()
    response = signed_in(make_volunteer(verified=False)).post(
        f"/shifts/{shift.pk}/sign-up/", {"risks_read": "on"}
    )
    assert (response.status_code, Signup.objects.count()) == (422, 0)


def test_of_two_clicks_at_once_the_second_finds_the_place_of_the_first() -> None:
    """Neither saw the other when its page was checked."""
    shift, volunteer = make_shift(), make_volunteer()
    seen = queries.chance(shift.pk, volunteer.pk, at=NOON)
    signup = make_signup(shift=shift, volunteer=volunteer)
    Agenda.objects.create(volunteer=volunteer, version=1)
    found = signing_up._signed_up(seen, user_of(volunteer), risks_read=True, wait=False)
    assert found == signup


def test_strangers_log_in_first_and_residents_register_first() -> None:
    shift = make_shift()
    url = f"/shifts/{shift.pk}/sign-up/"
    assert Client().get(url)["Location"] == f"/login/?next={url}"
    resident = as_(make_user())
    assert resident.get(url)["Location"] == f"/join/?next={url}"


def test_the_shift_of_a_draft_is_not_found() -> None:
    draft = make_shift(activity=make_activity(state=ActivityState.DRAFT))
    client = signed_in(make_volunteer())
    assert client.get(f"/shifts/{draft.pk}/sign-up/").status_code == 404
    assert client.post(f"/shifts/{draft.pk}/sign-up/", {"risks_read": "on"}).status_code == 404


# -- My sign-ups -----------------------------------------------------------------------------------


def test_my_sign_ups_are_sorted_into_coming_waiting_and_past() -> None:
    volunteer = make_volunteer()
    make_signup(shift=make_shift(activity=make_activity("植树")), volunteer=volunteer)
    make_signup(
        shift=make_shift(activity=make_activity("义诊")), volunteer=volunteer,
        state=SignupState.WAITING,
    )  # fmt: skip
    make_signup(
        shift=make_shift(activity=make_activity("宣讲")), volunteer=volunteer,
        state=SignupState.CANCELLED,
    )  # fmt: skip
    past = make_shift(activity=make_activity("护河", starts_at=now() - timedelta(days=9), shifts=0))
    make_attendance(make_signup(shift=past, volunteer=volunteer))
    make_signup(shift=make_shift(activity=make_activity("别人的")))
    client = signed_in(volunteer)
    seen = {
        tab: [name for name in ("植树", "义诊", "宣讲", "护河", "别人的") if name in text]
        for tab in ("coming", "waiting", "past", "nonsense")
        if (text := words(client.get(f"/me/signups/?tab={tab}")))
    }
    assert seen == {
        "coming": ["植树"], "waiting": ["义诊"], "past": ["宣讲", "护河"], "nonsense": ["植树"],
    }  # fmt: skip


@pytest.mark.parametrize("tab", ["coming", "waiting", "past"])
def test_empty_lists_say_what_to_do(tab: str) -> None:
    assert "找活动" in words(signed_in(make_volunteer()).get(f"/me/signups/?tab={tab}"))


def test_a_long_list_costs_the_queries_of_a_short_one() -> None:
    volunteer = make_volunteer()
    client = signed_in(volunteer)
    make_signup(volunteer=volunteer)
    few = queries_at_first(client, "/me/signups/")
    for _ in range(29):
        make_signup(volunteer=volunteer)
    assert queries_at_first(client, "/me/signups/") == few
    assert few <= 8


def test_somebody_elses_sign_up_is_not_found() -> None:
    signup, stranger = make_signup(), signed_in(make_volunteer())
    for path in ("", "cancel/"):
        assert stranger.get(f"/me/signups/{signup.pk}/{path}").status_code == 404
    assert stranger.get(f"/me/signups/{signup.pk}.ics").status_code == 404
    asked = stranger.post(f"/me/signups/{signup.pk}/cancel/", {"why": "临时有事"})
    signup.refresh_from_db()
    assert (asked.status_code, signup.state) == (404, SignupState.PLACED)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (SignupState.PLACED, "到场后，扫现场屏幕上的码"),
        (SignupState.WAITING, "您排在候补第一位"),
        (SignupState.CANCELLED, "已取消"),
        (SignupState.DROPPED, "活动已取消，请不要前往"),
    ],
)
def test_one_sign_up_says_where_it_stands(state: str, sentence: str) -> None:
    signup = make_signup(state=state)
    text = words(signed_in(signup.volunteer).get(f"/me/signups/{signup.pk}/"))
    assert sentence in text


def test_one_sign_up_shows_when_somebody_came_and_went() -> None:
    signup = make_signup()
    make_attendance(signup, in_at=MORNING + timedelta(minutes=2))
    text = words(signed_in(signup.volunteer).get(f"/me/signups/{signup.pk}/"))
    assert "签到09:02扫活动现场码" in text
    assert "签退11:00扫活动现场码" in text


def test_the_second_in_line_reads_how_many_are_before() -> None:
    shift = make_shift()
    make_signup(shift=shift, state=SignupState.WAITING)
    second = make_signup(shift=shift, state=SignupState.WAITING)
    text = words(signed_in(second.volunteer).get(f"/me/signups/{second.pk}/"))
    assert "您前面还有 1 人" in text


def test_waiting_is_over_when_the_shift_has_begun() -> None:
    signup = make_signup(shift=shift_now(), state=SignupState.WAITING)
    text = words(signed_in(signup.volunteer).get(f"/me/signups/{signup.pk}/"))
    assert "这次没有候补上" in text


def test_cancelling_asks_for_the_reason_and_keeps_it() -> None:
    signup = make_signup()
    client = signed_in(signup.volunteer)
    url = f"/me/signups/{signup.pk}/cancel/"
    assert "取消的原因" in words(client.get(url))
    for bad in ({}, {"why": "nonsense"}, {"why": "other"}, {"why": "other", "reason": "x" * 201}):
        assert client.post(url, bad).status_code == 422
    done = client.post(url, {"why": "other", "reason": "孩子发烧"}, follow=True)
    signup.refresh_from_db()
    assert (signup.state, signup.cancel_reason) == (SignupState.CANCELLED, "孩子发烧")
    assert "已经取消" in words(done)
    again = client.post(url, {"why": "临时有事"})
    assert (again.status_code, again["Location"]) == (302, f"/me/signups/{signup.pk}/")


def test_a_ready_reason_and_words_are_kept_together() -> None:
    signup = make_signup()
    signed_in(signup.volunteer).post(
        f"/me/signups/{signup.pk}/cancel/", {"why": "身体不适", "reason": "感冒"}
    )
    signup.refresh_from_db()
    assert signup.cancel_reason == "身体不适：感冒"


def test_after_the_deadline_the_page_says_whom_to_call() -> None:
    soon = now() + timedelta(minutes=30)
    signup = make_signup(shift=make_shift(starts_at=soon, ends_at=soon + TWO_HOURS))
    client = signed_in(signup.volunteer)
    url = f"/me/signups/{signup.pk}/cancel/"
    assert "打电话 0351-0000000" in words(client.get(url))
    response = client.post(url, {"why": "临时有事"})
    assert response.status_code == 422
    assert "离开始不到 2 小时，不能自行取消" not in words(client.get(f"/me/signups/{signup.pk}/"))
    assert "来不了请打电话" in words(client.get(f"/me/signups/{signup.pk}/"))


def test_the_calendar_file_is_folded_and_escaped() -> None:
    activity = make_activity("植树, 浇水; 护林", address="滨河东路一直走到头再左转的那个大门口")
    signup = make_signup(shift=make_shift(activity=activity, name="一组"))
    response = signed_in(signup.volunteer).get(f"/me/signups/{signup.pk}.ics")
    lines = response.content.decode().split("\r\n")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = response.content.decode().replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:植树\\, 浇水\\; 护林（一组）" in whole
    assert {"DTSTART:20300305T010000Z", "DTEND:20300305T030000Z"} <= set(whole)


def test_activities_never_lose_their_shifts() -> None:
    """An activity without any shift still has a page."""
    activity = make_activity()
    assert Activity.objects.count() == 1
    assert Client().get(f"/activities/{activity.pk}/").status_code == 200


# -- Signing up as a browser with JavaScript does it -----------------------------------------------

HTMX = {"HX-Request": "true"}


def test_a_refusal_draws_only_what_changes_and_the_button_beside_it() -> None:
    shift = make_shift(capacity=1, taken=1)
    response = signed_in(make_volunteer()).post(
        f"/shifts/{shift.pk}/sign-up/", {"risks_read": "on", "wait": ""}, headers=HTMX
    )
    text = words(response)
    assert (response.status_code, Signup.objects.count()) == (422, 0)
    assert "名额刚刚报满了，可以先候补" in text
    assert "户外活动，注意防暑和路滑。" in text
    assert "加入候补" in text
    assert "首页" not in text  # no layout around it
    assert 'hx-swap-oob="true"' in response.content.decode()


def test_a_refusal_for_good_takes_the_button_away() -> None:
    shift = make_shift()
    response = signed_in(make_volunteer(verified=False)).post(
        f"/shifts/{shift.pk}/sign-up/", {"risks_read": "on"}, headers=HTMX
    )
    assert response.status_code == 422
    assert "去实名认证" in words(response)
    assert 'hx-swap-oob="delete:#sign-up-go"' in response.content.decode()


def test_what_everybody_is_told_is_drawn_once_and_follows_what_changes() -> None:
    shift = make_shift(capacity=1, taken=1)
    url = f"/shifts/{shift.pk}/sign-up/"
    signing_up.panel_alone.cache_clear()
    answers = {
        signed_in(make_volunteer()).post(url, {"risks_read": "on"}, headers=HTMX).content
        for _ in range(3)
    }
    assert len(answers) == 1
    assert signing_up.panel_alone.cache_info().misses == 1
    Project.objects.update(risk_notice="水边活动，请穿防滑鞋。")
    changed = signed_in(make_volunteer()).post(url, {"risks_read": "on"}, headers=HTMX)
    assert "水边活动，请穿防滑鞋。" in words(changed)


def test_a_place_leads_on_by_a_header() -> None:
    shift = make_shift()
    client = signed_in(make_volunteer())
    url = f"/shifts/{shift.pk}/sign-up/"
    response = client.post(url, {"risks_read": "on"}, headers=HTMX)
    one = f"/me/signups/{Signup.objects.get().pk}/"
    assert (response.status_code, response.content, response["HX-Redirect"]) == (200, b"", one)
    assert "报名成功，请按时到场。" in words(client.get(one))
    again = client.post(url, {"risks_read": "on"}, headers=HTMX)
    assert again["HX-Redirect"] == one


@pytest.mark.parametrize("ticked", ["", "0", "false", "False"])
def test_a_box_that_is_not_ticked_is_no_yes(ticked: str) -> None:
    shift = make_shift()
    response = signed_in(make_volunteer()).post(
        f"/shifts/{shift.pk}/sign-up/", {"risks_read": ticked}, headers=HTMX
    )
    assert "请先读完风险告知，再勾选“我已知悉”。" in words(response)
    assert (response.status_code, Signup.objects.count()) == (422, 0)


def test_signing_up_and_being_refused_cost_few_statements() -> None:
    full, free = make_shift(capacity=1, taken=1), make_shift()
    client = signed_in(make_volunteer())
    asked = []
    for shift in (full, free):
        with CaptureQueriesContext(connection) as statements:
            client.post(f"/shifts/{shift.pk}/sign-up/", {"risks_read": "on"}, headers=HTMX)
        asked.append(len(statements))
    # Session, account and volunteer; the chance; and what is written (SQLite: step by step).
    assert asked == [2, 3 if connection.vendor == "postgresql" else 8]

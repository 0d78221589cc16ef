"""Pages of residents, of the desk and of the day: everything opens, bad input is answered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.service.events import papers
from voluncity.service.events.actions import badges, closing, deciding, placing
from voluncity.service.events.codes import badge_token
from voluncity.service.events.models import Application, Event, Group, Handout, Incident, Post
from voluncity.service.events.queries.public import diet_of
from voluncity.service.events.states import ApplicationState, EventState, ItemKind
from voluncity.testing.counting import queries_for
from voluncity.testing.make_events import (
    FIRST,
    SECOND,
    make_application,
    make_event,
    make_group,
    make_item,
    make_post,
)
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_guardian,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_projects import make_project
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db
A = ApplicationState


def said(**more: Any) -> dict[str, Any]:
    return {"days": [FIRST.isoformat()], "size": "L", "risks_read": "on", **more}


def test_residents_find_an_event_and_apply_once(event: Event, group: Group, post: Post) -> None:
    wang = make_volunteer("王芳")
    browser = as_(user_of(wang))
    assert "汾河马拉松" in markup(browser.get("/events/"))
    page = markup(browser.get(f"/events/{event.pk}/"))
    assert ("赛道组" in page, post.name in page, "我要报名" in page) == (True, True, True)
    sent = said(group_1=group.pk, diet="不吃花生", photo=make_upload())
    answer = browser.post(f"/events/{event.pk}/apply/", sent, follow=True)
    assert "报名成功" in markup(answer)
    application = Application.objects.get()
    assert (
        application.volunteer, application.state, application.size, diet_of(application),
        "不吃花生" in application.diet_cipher, application.photo is not None,
        [one.group for one in application.likings.all()],
    ) == (wang, A.APPLIED, "L", "不吃花生", False, True, [group])  # fmt: skip
    # Again: the page changes what was said, and there is still one.
    browser.post(f"/events/{event.pk}/apply/", said(days=[SECOND.isoformat()]))
    assert [one.day for one in Application.objects.get().days.all()] == [SECOND]
    assert "我的赛会" in markup(browser.get("/events/mine/"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"days": []}, "请至少勾选一天"),
        ({"days": ["2031-01-01"]}, "请从列表中选择"),
        ({"days": ["明天"]}, "请从列表中选择"),
        ({"group_1": "99999"}, "请从列表中选择"),
        ({"size": "巨大"}, "请从列表中选择"),
        ({"diet": "素" * 61}, "饮食说明最多 60 个字"),
        ({"diet": "不吃🥜"}, "不能使用表情符号"),
        ({"experience": "长" * 301}, "经历和特长最多 300 个字"),
        ({"risks_read": ""}, "请先读完风险告知"),
    ],
)
def test_a_bad_application_is_refused_at_its_field(
    event: Event, more: dict[str, Any], sentence: str
) -> None:
    browser = as_(user_of(make_volunteer()))
    answer = browser.post(f"/events/{event.pk}/apply/", said(**more))
    assert (answer.status_code, sentence in markup(answer)) == (422, True)
    assert not Application.objects.exists()


def test_who_may_not_take_part_hears_why(event: Event) -> None:
    page = f"/events/{event.pk}/apply/"
    for volunteer, sentence in (
        (make_volunteer(verified=False), "先完成实名认证"),
        (make_volunteer(born_on=date(2016, 1, 1)), "须满 16 周岁"),
        (make_volunteer(born_on=date(2013, 1, 1)), "需要监护人同意"),
    ):
        answer = as_(user_of(volunteer)).post(page, said())
        assert (answer.status_code, sentence in markup(answer)) == (422, True)
    minor = make_volunteer(born_on=date(2013, 1, 1))
    make_guardian(minor)
    assert as_(user_of(minor)).post(page, said()).status_code == 302


def test_the_window_is_kept_for_residents_and_open_for_the_desk(event: Event, desk: Client) -> None:
    Event.objects.filter(pk=event.pk).update(apply_until=NOON - timedelta(days=20))
    wang = make_volunteer("王芳", user=False)
    late = as_(user_of(make_volunteer())).post(f"/events/{event.pk}/apply/", said())
    assert "报名已经截止" in markup(late)
    page = f"/events/desk/{event.pk}/enter/"
    assert "没有这个编号" in markup(desk.post(page, said(number="123")))
    answer = desk.post(page, said(number=wang.number), follow=True)
    assert "已为 王芳 登记报名" in markup(answer)


def test_a_selected_person_answers_reads_and_leaves(event: Event, post: Post) -> None:
    wang = make_volunteer("王芳")
    application = make_application(event, wang, state=A.SELECTED, reply_by=event.apply_until)
    browser = as_(user_of(wang))
    page = f"/events/mine/{application.pk}/"
    assert "确认参加" in markup(browser.get(page))
    assert "已确认，谢谢您" in markup(browser.post(f"{page}confirm/", follow=True))
    Event.objects.filter(pk=event.pk).update(briefing_text="七点到岗")
    assert "七点到岗" in markup(browser.get(page))
    browser.post(f"{page}read/")
    answer = browser.post(f"{page}withdraw/", {"reason": " "})
    assert (answer.status_code, "请填写退出原因" in markup(answer)) == (422, True)
    browser.post(f"{page}withdraw/", {"reason": "要出差"})
    application.refresh_from_db()
    assert (application.state, application.briefing_read_at is not None) == (A.WITHDRAWN, True)
    stranger = as_(user_of(make_volunteer()))
    assert [stranger.get(page).status_code, browser.post(f"{page}fly/").status_code] == [404, 404]


def test_an_event_is_planned_made_public_and_called_off(leader: User) -> None:
    event = make_event(
        project=make_project("节庆", organization=make_organization()), state=EventState.DRAFT
    )
    desk = as_(event.leader)
    page = f"/events/desk/{event.pk}/"
    assert "还没有岗位" in markup(desk.post(f"{page}step/open/"))
    desk.post(f"{page}groups/", {"name": "媒体组", "about": "拍照", "leader": event.leader_id})
    group = Group.objects.get(event=event)
    assert "已有同名的组" in markup(desk.post(f"{page}groups/", {"name": "媒体组"}))
    desk.post(
        f"/events/desk/groups/{group.pk}/posts/",
        {"name": "拍摄", "place": "起点", "zones": "A区,终点"},
    )
    post = Post.objects.get(group=group)
    assert post.zone_list == ["A区", "终点"]
    assert "还没有填每天的人数" in markup(desk.post(f"{page}step/open/"))
    day = {"day": FIRST.isoformat(), "begins": "０７：３０", "ends": "12:00", "wanted": "３"}
    for wrong, sentence in (
        ({"ends": "07:00"}, "结束时间必须晚于开始时间"),
        ({"wanted": "0"}, "人数应为 1 到"),
        ({"wanted": "很多"}, "人数应为 1 到"),
        ({"day": "2031-01-01"}, "请从列表中选择"),
        ({"begins": "早上"}, "时间写法不对"),
    ):
        answer = desk.post(f"/events/desk/posts/{post.pk}/days/", day | wrong)
        assert (answer.status_code, sentence in markup(answer)) == (422, True), wrong
    assert desk.post(f"/events/desk/posts/{post.pk}/days/", day).status_code == 302
    assert "已公布" in markup(desk.post(f"{page}step/open/", follow=True))
    post.refresh_from_db()
    assert post.activity is not None
    assert (post.activity.state, post.activity.shifts.get().capacity) == ("listed", 3)
    assert "岗位已经公布" in markup(desk.post(f"/events/desk/posts/{post.pk}/", {"remove": "1"}))
    desk.post(f"/events/desk/posts/{post.pk}/days/", day | {"wanted": "5"})
    assert post.activity.shifts.get().capacity == 5
    assert "请填写原因" in markup(desk.post(f"{page}step/cancel/", {"reason": ""}))
    desk.post(f"{page}step/cancel/", {"reason": "天气"})
    post.activity.refresh_from_db()
    assert post.activity.state == "cancelled"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "长" * 25}, "赛会名称最多 24 个字"),
        ({"name": ""}, "请填写赛会名称"),
        ({"starts_on": "三月"}, "日期写法不对"),
        ({"ends_on": "2030-03-01"}, "最后一天不能早于第一天"),
        ({"ends_on": "2030-05-01"}, "最长 31 天"),
        ({"apply_until": "2030-03-20T08:00"}, "报名要在第一天之前截止"),
        ({"apply_until": "2020-03-20T08:00"}, "报名截止必须晚于报名开始"),
        ({"apply_from": "0001-01-01T00:00"}, "年份应在 2000 到 2099"),
        ({"min_age": "3"}, "最低年龄应为 8 到 100"),
        ({"max_age": "9"}, "最高年龄不能小于最低年龄"),
        ({"reply_days": "0"}, "应为 1 到 30"),
        ({"leader": "99999"}, "请从列表中选择"),
        ({"starts_on": "2035-03-01", "ends_on": "2035-03-02"}, "赛会要在项目日期"),
    ],
)
def test_a_bad_event_is_refused_at_its_field(
    event: Event, desk: Client, wrong: dict[str, str], sentence: str
) -> None:
    form: dict[str, Any] = {
        "project": event.project_id, "save": "1", "name": "春季越野", "place": "西山",
        "region": [one.pk for one in regions.trail(event.region)], "leader": event.leader_id,
        "intro": "山地越野", "risk_notice": "山路湿滑", "starts_on": "2030-03-09",
        "ends_on": "2030-03-10", "apply_from": "2026-11-01T08:00",
        "apply_until": "2030-03-01T08:00", "min_age": "16", "reply_days": "3",
    }  # fmt: skip
    answer = desk.post("/events/desk/new/", form | wrong)
    assert (answer.status_code, sentence in markup(answer)) == (422, True)
    assert Event.objects.count() == 1
    assert desk.post("/events/desk/new/", form).status_code == 302
    assert Event.objects.count() == 2


def test_many_are_decided_at_once_and_a_reason_is_a_sentence(event: Event, desk: Client) -> None:
    chosen = [make_application(event, state=A.APPLIED).pk for _ in range(3)]
    page = f"/events/desk/{event.pk}/decide/"
    sent = {"verb": "reject", "chosen": chosen}
    assert "请填写不录用的原因" in markup(desk.post(page, sent, follow=True))
    assert "请先勾选" in markup(desk.post(page, {"verb": "screen"}, follow=True))
    assert "已办理 3 人" in markup(
        desk.post(page, {"verb": "screen", "chosen": chosen}, follow=True)
    )
    invite = {"verb": "invite", "chosen": chosen, "interview_at": "2020-01-01T08:00"}
    assert "面试时间已经过去" in markup(desk.post(page, invite, follow=True))
    assert "没有办成" in markup(desk.post(page, {"verb": "screen", "chosen": chosen}, follow=True))
    desk.post(page, sent | {"reason": "名额有限，欢迎下次再来"})
    assert set(Application.objects.values_list("state", "reason")) == {
        (A.REJECTED, "名额有限，欢迎下次再来")
    }


def test_an_interview_is_written_down_and_a_person_is_placed_and_taken_off(
    event: Event, post: Post, desk: Client
) -> None:
    one = make_application(event, state=A.SCREENED)
    page = f"/events/desk/applications/{one.pk}/"
    step = f"{page}step/"
    invite = {"verb": "invite", "interview_at": "2030-03-01T09:00", "interview_place": "体育中心"}
    assert desk.post(f"{step}decide/", invite).status_code == 302
    for wrong, sentence in (
        ({"has_come": "yes", "score": "101"}, "评分应为 0 到 100"),
        ({"has_come": "no", "score": "50"}, "没有到场的人不用评分"),
        ({"score": "50"}, "请选择是否到场"),
    ):
        assert sentence in markup(desk.post(f"{step}interview/", wrong))
    desk.post(f"{step}interview/", {"has_come": "yes", "score": "88", "remark": "热情"})
    assert desk.post(f"{step}decide/", {"verb": "select"}).status_code == 302
    Application.objects.update(state=A.CONFIRMED)
    row = post.days.get(day=FIRST)
    assert desk.post(f"{step}assign/", {"day": row.pk}).status_code == 302
    assert "岗位" in markup(desk.get(page))
    held = one.assignments.get()
    desk.post(f"{page}release/{held.pk}/")
    held.signup.refresh_from_db()
    assert held.signup.state == "cancelled"


def test_pages_of_the_desk_and_the_day_open(event: Event, post: Post, desk: Client) -> None:
    application = make_application(event, photo=None)
    placing.assign(
        application_id=application.pk, day_id=post.days.get(day=FIRST).pk, by=event.leader,
        at=NOON,
    )  # fmt: skip
    badge = badges.issue_badge(application_id=application.pk, by=event.leader, at=NOON)
    item = make_item(event)
    for page in (
        "/events/desk/", "/events/desk/new/", f"/events/desk/{event.pk}/",
        f"/events/desk/{event.pk}/edit/", f"/events/desk/{event.pk}/groups/",
        f"/events/desk/groups/{post.group_id}/", f"/events/desk/groups/{post.group_id}/posts/",
        f"/events/desk/posts/{post.pk}/", f"/events/desk/{event.pk}/briefing/",
        "/events/desk/applications/", f"/events/desk/applications/?event={event.pk}&q=王&day=x",
        f"/events/desk/applications/{application.pk}/", f"/events/desk/{event.pk}/enter/",
        f"/events/desk/{event.pk}/proposal/", f"/events/desk/{event.pk}/badges/",
        f"/events/desk/badges/{badge.pk}/reissue/", f"/events/day/{event.pk}/",
        f"/events/day/{event.pk}/scan/", f"/events/day/{event.pk}/items/",
        f"/events/day/items/{item.pk}/", f"/events/b/{badge_token(badge.pk)}/",
        f"/events/day/people/{application.pk}/replace/{application.assignments.get().pk}/",
    ):  # fmt: skip
        assert desk.get(page).status_code == 200, page


def test_papers_are_pdf(event: Event, post: Post, desk: Client) -> None:
    for number in range(5):
        one = make_application(event, make_volunteer(f"志愿者{'一二三四五'[number]}"))
        badges.issue_badge(application_id=one.pk, by=event.leader, at=NOON)
    for page in (
        f"/events/{event.pk}/poster.pdf", f"/events/desk/{event.pk}/badges-a4.pdf",
        f"/events/desk/{event.pk}/badges-a6.pdf?badge=1",
    ):  # fmt: skip
        answer = desk.get(page)
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-"), page
    assert desk.get(f"/events/desk/{event.pk}/badges-a2.pdf").status_code == 404


def test_nobody_sees_what_belongs_to_another_organization(event: Event, post: Post) -> None:
    application = make_application(event)
    foreign = make_user("别处负责人")
    give(foreign, Role.ORG_ADMIN, make_organization())
    browser = as_(foreign)
    for page in (
        f"/events/desk/{event.pk}/", f"/events/desk/applications/{application.pk}/",
        f"/events/desk/posts/{post.pk}/", f"/events/day/{event.pk}/",
        f"/events/desk/{event.pk}/badges-a4.pdf",
    ):  # fmt: skip
        assert browser.get(page).status_code == 404, page
    assert application.volunteer.name not in markup(browser.get("/events/desk/applications/"))


def test_lists_ask_as_often_for_thirty_as_for_one(event: Event, post: Post, desk: Client) -> None:
    def opened(page: str) -> int:
        return queries_for(desk, page)

    pages = (f"/events/desk/applications/?event={event.pk}", f"/events/day/{event.pk}/?day={FIRST}")
    row = post.days.get(day=FIRST)
    assert row.shift is not None
    row.shift.capacity = 40
    row.shift.save(update_fields=["capacity"])

    def more(number: int) -> None:
        for _ in range(number):
            one = make_application(event)
            placing.assign(application_id=one.pk, day_id=row.pk, by=event.leader, at=NOON)

    more(1)
    [opened(page) for page in pages]  # what is read once in a process
    before = [opened(page) for page in pages]
    more(14)
    assert [opened(page) for page in pages] == before


def test_only_the_leader_sees_a_phone_and_each_look_is_journaled(
    event: Event, post: Post, desk: Client
) -> None:
    one = make_application(event, make_volunteer("王芳", phone="13912345678"))
    placing.assign(
        application_id=one.pk, day_id=post.days.get(day=FIRST).pk, by=event.leader, at=NOON
    )
    page = f"/events/day/people/{one.pk}/phone/{one.assignments.get().pk}/"
    assert "13912345678" in markup(desk.post(page))
    colleague = make_user("同事")
    give(colleague, Role.ORG_ADMIN, event.project.organization)
    answer = as_(colleague).post(page)
    assert (answer.status_code, "13912345678" in markup(answer)) == (409, False)
    looks = Entry.objects.filter(verb="events.see_phone").values_list("actor", "subject_id")
    assert list(looks) == [(event.leader_id, one.volunteer_id)]


def test_things_are_given_once_by_the_badge(event: Event, post: Post, desk: Client) -> None:
    one = make_application(event, make_volunteer("王芳"))
    badge = badges.issue_badge(application_id=one.pk, by=event.leader, at=NOON)
    radio = make_item(event, "对讲机", kind=ItemKind.EQUIPMENT, pieces=1, is_returned=True)
    scan = f"/events/day/{event.pk}/scan/"
    shown = markup(desk.post(scan, {"code": badge.shown_number}))
    assert ("王芳" in shown, "对讲机" in shown, "没有安排岗位" in shown) == (True, True, True)
    assert "不是赛会证件的码" in markup(desk.post(scan, {"code": "你好"}))
    assert "没有这个证号" in markup(desk.post(scan, {"code": f"{event.pk}-9999"}))
    forged = f"https://x/events/b/{badge_token(badge.pk)[:-2]}xx/"
    assert "无效或不完整" in markup(desk.post(scan, {"code": forged}))
    give_it = f"/events/day/people/{one.pk}/items/{radio.pk}/"
    assert "已发给本人" in markup(desk.post(give_it))
    again = markup(desk.post(give_it))
    assert ("不能重复领取" in again, Handout.objects.count()) == (True, 1)
    other = make_application(event)
    none_left = markup(desk.post(f"/events/day/people/{other.pk}/items/{radio.pk}/"))
    assert ("已经发完" in none_left, Handout.objects.count()) == (True, 1)
    back = f"/events/day/people/{one.pk}/back/{Handout.objects.get().pk}/"
    assert "已归还" in markup(desk.post(back, follow=True))
    assert desk.post(back).status_code == 409
    desk.post(f"/events/day/people/{other.pk}/items/{radio.pk}/")
    assert Handout.objects.filter(returned_at=None).get().application == other


def test_items_are_kept_and_bad_ones_refused(event: Event, desk: Client) -> None:
    page = f"/events/day/{event.pk}/items/"
    lunch = {"kind": "meal", "name": "午餐", "day": FIRST.isoformat(), "pieces": "40"}
    for wrong, sentence in (
        ({"day": ""}, "餐食请填哪一天"),
        ({"pieces": ""}, "请填数量"),
        ({"pieces": "-1"}, "应为 0 到"),
        ({"kind": "gold"}, "请从列表中选择"),
        ({"name": "长" * 17}, "名称最多 16 个字"),
    ):
        answer = desk.post(page, lunch | wrong)
        assert (answer.status_code, sentence in markup(answer)) == (422, True), wrong
    desk.post(page, lunch)
    assert "已有同名的物品" in markup(desk.post(page, lunch))
    shirts = {"kind": "clothing", "name": "T 恤", "size_L": "2"}
    assert desk.post(page, shirts).status_code == 302
    item = event.items.get(name="午餐")
    assert desk.post(f"/events/day/items/{item.pk}/", lunch | {"pieces": "60"}).status_code == 302
    assert item.stocks.get().pieces == 60


def test_clothing_is_given_in_the_size_chosen_at_the_desk(event: Event, desk: Client) -> None:
    one = make_application(event, make_volunteer("王芳"))
    badge = badges.issue_badge(application_id=one.pk, by=event.leader, at=NOON)
    shirt = make_item(event, "T 恤", kind=ItemKind.CLOTHING, pieces=0)
    shirt.stocks.update(size="L", pieces=2)
    page = markup(desk.post(f"/events/day/{event.pk}/scan/", {"code": badge.shown_number}))
    assert "L（剩 2）" in page
    give_it = f"/events/day/people/{one.pk}/items/{shirt.pk}/"
    assert "请选择尺码" in markup(desk.post(give_it))
    assert "已发给本人" in markup(desk.post(give_it, {"size": "L"}))


def test_a_cancelled_event_says_so_and_asks_nothing_more(event: Event, desk: Client) -> None:
    wang = make_volunteer("王芳")
    one = make_application(event, wang, state=A.SELECTED, reply_by=event.apply_until)
    desk.post(f"/events/desk/{event.pk}/step/cancel/", {"reason": "暴雪"})
    browser = as_(user_of(wang))
    page = markup(browser.get(f"/events/mine/{one.pk}/"))
    assert ("赛会已取消" in page, "暴雪" in page, "确认参加" in page) == (True, True, False)
    assert "赛会已取消" in markup(browser.get("/events/mine/"))
    late = browser.post(f"/events/mine/{one.pk}/confirm/")
    assert (late.status_code, "赛会已取消" in markup(late)) == (409, True)
    answer = desk.post(f"/events/desk/applications/{one.pk}/step/decide/", {"verb": "reject",
                       "reason": "名额有限"})  # fmt: skip
    assert (answer.status_code, "赛会已取消" in markup(answer)) == (422, True)
    assert deciding.lapse_silent(at=event.apply_until) == 0


def test_a_leader_of_a_group_finds_the_day_of_the_event(event: Event) -> None:
    leader = make_user("组长")
    give(leader, Role.TEAM_LEADER, event.project.organization)
    page = markup(as_(leader).get("/events/desk/"))
    assert (f"/events/day/{event.pk}/" in page, "新建赛会" in page) == (True, False)


def test_badges_are_printed_in_portions_and_asked_for_at_once(
    event: Event, post: Post, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        badges.issue_badge(application_id=make_application(event).pk, by=event.leader, at=NOON)
    monkeypatch.setattr(papers, "MOST_ON_PAPER", 2)
    shown = markup(desk.get(f"/events/desk/{event.pk}/badges/"))
    assert ("（1–2）" in shown, "（3–3）" in shown, "?part=1" in shown) == (True, True, True)
    page = f"/events/desk/{event.pk}/badges-a6.pdf"
    queries_for(desk, page)  # what is read once in a process
    assert queries_for(desk, page) == queries_for(desk, f"{page}?part=1")


def test_an_event_that_nobody_closed_is_forgotten_too(event: Event) -> None:
    one = make_application(event, size="L")
    after = NOON + (SECOND - NOON.date()) + timedelta(days=400)
    assert (closing.forget_details(at=after), closing.forget_details(at=after)) == (1, 0)
    one.refresh_from_db()
    assert one.size == ""


def test_the_day_keeps_incidents_and_tells_a_group(
    event: Event, group: Group, post: Post, desk: Client
) -> None:
    one = make_application(event)
    placing.assign(
        application_id=one.pk, day_id=post.days.get(day=FIRST).pk, by=event.leader, at=NOON
    )
    page = f"/events/day/{event.pk}/"
    assert "请填写地点" in markup(desk.post(f"{page}incidents/", {"what": "有人晕倒"}))
    desk.post(f"{page}incidents/", {"place": "10 公里", "what": "有人晕倒", "handler": "医疗组"})
    incident = Incident.objects.get()
    assert "有人晕倒" in markup(desk.get(page))
    desk.post(f"/events/day/incidents/{incident.pk}/done/")
    assert desk.post(f"/events/day/incidents/{incident.pk}/done/").status_code == 409
    answer = desk.post(f"{page}tell/", {"group": group.pk, "text": "十点集合"}, follow=True)
    assert "已发给 1 人" in markup(answer)
    live = Client(headers={"HX-Request": "true"})
    live.force_login(event.leader)
    assert "<html" not in markup(live.get(page))


def test_an_empty_group_goes_and_a_used_one_stays(event: Event, group: Group, desk: Client) -> None:
    empty, used = make_group(event, "机动组"), group
    make_post(used)
    desk.post(f"/events/desk/groups/{empty.pk}/", {"remove": "1"})
    answer = desk.post(f"/events/desk/groups/{used.pk}/", {"remove": "1"})
    assert ("不能删除" in markup(answer), list(event.groups.all())) == (True, [used])

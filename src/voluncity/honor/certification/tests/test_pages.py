"""The pages: batches at the desk, nominations, one's own honors, what everybody may read."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Unit
from voluncity.city.people.models import User
from voluncity.city.people.states import Purpose
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions, paper, queries
from voluncity.honor.certification.models import Batch, Candidate, Honor, Ladder
from voluncity.honor.certification.states import BatchState, CandidateState
from voluncity.honor.recognition.actions import load_star_tiers, settle_new_ladder
from voluncity.honor.recognition.models import StarAward, StarTier, Total
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_certification import (
    make_batch,
    make_certified,
    make_honor,
    make_ladder,
    make_shown,
    make_veteran,
)
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import make_user, user_of
from voluncity.testing.pages import markup
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


def started(city: Region, office: User) -> Batch:
    return make_batch(city, by=office, until=local_date(now()), at=now())


def test_a_batch_is_made_counted_reviewed_and_shown_at_the_desk(desk: Client, city: Region) -> None:
    make_ladder()
    make_veteran("王芳", 960)
    make_veteran("李强", 240)
    make_veteran("赵敏", 55)
    said = {"kind": "stars", "title": "第一批", "region": city.pk, "until": "2026-01-01"}
    assert "李强" not in markup(desk.post("/certification/desk/new/", {**said, "until": "明天"}))
    answer = desk.post("/certification/desk/new/", said, follow=True)
    batch = Batch.objects.get()
    page = f"/certification/desk/{batch.pk}/"
    assert answer.redirect_chain == [(page, 302)]
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.OPEN, until=local_date(now()))
    actions.recount(batch_id=batch.pk, by=make_user(), at=now())
    assert "核对时长、注册时间" in markup(desk.get(page))
    actions.count_batch(batch_id=batch.pk, clock=now)
    text = markup(desk.get(page))
    assert "2 人待审核" in text
    assert "差一点 1" in text
    assert "公示 2 人" not in text
    assert "差：累计时长 55 分钟（要求 1 小时）" in markup(desk.get(page, {"state": "short"}))
    one = batch.candidates.get(volunteer__name="李强")
    assert "再高一级（四星级）" in markup(desk.get(f"/certification/desk/candidates/{one.pk}/"))
    desk.post(f"{page}bulk/", {"verb": "reject", "candidate": [one.pk], "reason": "材料不实。"})
    desk.post(f"{page}bulk/", {"verb": "accept_all", "grade": ""})
    assert "公示 1 人" in markup(desk.get(page))
    desk.post(f"{page}show/")
    batch.refresh_from_db()
    assert batch.state == BatchState.SHOWN


def test_one_candidate_is_decided_on_a_page_and_a_missing_reason_stands_at_the_field(
    desk: Client, city: Region, office: User
) -> None:
    make_ladder()
    make_veteran()
    one = started(city, office).candidates.get()
    page = f"/certification/desk/candidates/{one.pk}/"
    answer = desk.post(page, {"verb": "reject", "reason": "  "})
    assert (answer.status_code, "请填写审核意见。" in markup(answer)) == (422, True)
    answer = desk.post(page, {"verb": "reject", "reason": "很" * 301})
    assert (answer.status_code, "最多 300 个字" in markup(answer)) == (422, True)
    assert desk.post(page, {"verb": "sell", "reason": ""}).status_code == 422
    assert desk.post(page, {"verb": "accept", "reason": ""}).status_code == 302
    one.refresh_from_db()
    assert one.state == CandidateState.ACCEPTED


@pytest.mark.parametrize("sent", [{"verb": "sell"}, {"verb": "accept"}, {"verb": "accept",
                         "candidate": ["１", "-1", "9" * 30, "x"]}])  # fmt: skip
def test_nonsense_sent_to_the_bulk_decides_nobody(
    desk: Client, city: Region, office: User, sent: dict[str, Any]
) -> None:
    make_ladder()
    make_veteran()
    batch = started(city, office)
    assert desk.post(f"/certification/desk/{batch.pk}/bulk/", sent).status_code == 422
    assert batch.candidates.get().state == CandidateState.WAITING


def test_the_desk_asks_as_much_for_thirty_as_for_one(
    desk: Client, city: Region, office: User
) -> None:
    make_ladder()
    counts = []
    for number in (1, 29):
        for _ in range(number):
            make_veteran("王芳", 250, consents=(Purpose.TERMS, Purpose.RANKING))
        batch = started(city, office)
        found = [queries_for(desk, f"/certification/desk/{batch.pk}/{query}")
                 for query in ("", "?state=short")]  # fmt: skip
        if number == 1:
            actions.cancel_batch(batch_id=batch.pk, by=office, at=now())
        counts.append([*found, queries_for(desk, "/certification/desk/")])
    # The second list has one batch more and thirty people.
    assert counts[0] == counts[1]
    [first, *_] = honors = make_certified(batch, by=office, at=now())
    assert len(honors) == 30
    many = [queries_for(desk, page) for page in (
        "/certification/desk/honors/", f"/certification/{batch.pk}/")]  # fmt: skip
    Honor.objects.exclude(pk=first.pk).delete()
    assert many == [queries_for(desk, page) for page in (
        "/certification/desk/honors/", f"/certification/{batch.pk}/")]  # fmt: skip


def test_an_organization_nominates_on_its_page(client: Client, city: Region, office: User) -> None:
    make_ladder()
    team = make_organization("护河队")
    member = make_veteran("王芳", 30)
    make_member(member, team)
    admin = make_user("李桂芳")
    give(admin, Role.ORG_ADMIN, team)
    batch = started(city, office)
    client.force_login(admin)
    assert batch.title in markup(client.get("/certification/nominations/"))
    page = f"/certification/nominations/{batch.pk}/"
    answer = client.post(page, {"number": "0000", "grade": "2", "words": "夜里守河十年。"})
    assert (answer.status_code, "没有这个编号" in markup(answer)) == (422, True)
    answer = client.post(page, {"number": member.number, "grade": "2", "words": "好"})
    assert (answer.status_code, "至少 4 个字" in markup(answer)) == (422, True)
    sent = {"number": f" {member.number} ", "grade": "2", "words": "夜里守河十年，平台没有记到。"}
    assert client.post(page, sent).status_code == 302
    one = Candidate.objects.get()
    assert (one.grade, one.nominated_by, one.nominated_from) == (2, admin, team)
    assert "二星级" in markup(client.get("/certification/nominations/"))
    actions.decide(batch_id=batch.pk, candidate_ids=[one.pk], verb="reject", reason="没有证明。",
                   by=office, at=now())  # fmt: skip
    catch_up(at=now())
    assert "没有证明。" in markup(client.get("/certification/nominations/"))


def test_a_volunteer_sees_the_publicity_declines_or_takes_the_certificate(
    client: Client, city: Region, office: User
) -> None:
    make_ladder()
    first, second = make_veteran("王小芳", 240), make_veteran("李强", 240)
    batch = make_shown(started(city, office), by=office, at=now())
    client.force_login(user_of(first))
    assert "拟认定为三星级" in markup(client.get("/certification/mine/"))
    one = batch.candidates.get(volunteer=first)
    other = batch.candidates.get(volunteer=second)
    assert client.post(f"/certification/mine/{other.pk}/decline/").status_code == 404
    client.post(f"/certification/mine/{one.pk}/decline/")
    actions.certify_batch(batch_id=batch.pk, at=now())
    honor = Honor.objects.get()
    assert "还没有认定的荣誉" in markup(client.get("/certification/mine/part/"))
    assert client.get(f"/certification/mine/{honor.serial}.pdf").status_code == 404
    client.force_login(user_of(second))
    assert "三星级" in markup(client.get("/certification/mine/part/"))
    assert "三星级" in markup(client.get("/certification/mine/card/"))
    paper = client.get(f"/certification/mine/{honor.serial}.pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert len(paper.content) < 300_000


def test_everybody_reads_the_list_and_checks_a_number(
    client: Client, city: Region, office: User
) -> None:
    make_ladder()
    volunteer = make_veteran("王小芳", 240, consents=(Purpose.TERMS, Purpose.RANKING))
    make_veteran("李大强", 240)
    batch = started(city, office)
    honors = make_certified(batch, by=office, at=now())
    honor = next(one for one in honors if one.volunteer == volunteer)
    assert "2 人" in markup(client.get("/certification/"))
    text = markup(client.get(f"/certification/{batch.pk}/"))
    assert "王*芳" in text
    assert "李*强" not in text
    assert "其中 1 人同意公开" in text
    answer = client.get("/certification/v/", {"serial": honor.serial.lower()})
    assert answer.headers["Location"] == f"/certification/v/{honor.serial}/"
    text = markup(client.get(f"/certification/v/{honor.serial}/"))
    assert ("证书有效" in text, "王小芳" in text, "王*芳" in text) == (True, False, True)
    assert client.get("/certification/v/XJ1/").status_code == 404
    assert client.get("/certification/v/%00/").status_code == 404
    missing = client.get("/certification/v/", {"serial": "XJ2026010100000000"})
    assert (missing.status_code, "没有查到这个编号" in markup(missing)) == (422, True)
    honor.facts["values"]["minutes"] = 9_999
    honor.save()
    assert "内容与认定时不一致" in markup(client.get(f"/certification/v/{honor.serial}/"))
    assert queries.faults() == [
        f"certification: honor {honor.serial} was changed after it was certified"
    ]


def test_an_honor_is_revoked_with_a_reason_that_everybody_reads(
    desk: Client, city: Region, office: User
) -> None:
    make_ladder()
    volunteer = make_veteran()
    honor = make_honor(volunteer, region=city, by=office)
    page = f"/certification/desk/honors/{honor.pk}/"
    assert "达到标准" in markup(desk.get(page))
    assert desk.post(f"{page}revoke/", {"reason": ""}).status_code == 422
    assert desk.post(f"{page}keep/", {"reason": "没有问题。"}).status_code == 422
    assert desk.post(f"{page}revoke/", {"reason": "顶替他人服务。"}).status_code == 302
    assert desk.post(f"{page}revoke/", {"reason": "再撤一次吧。"}).status_code == 422
    text = markup(desk.get(f"/certification/v/{honor.serial}/"))
    assert "认定已撤销" in text
    assert "顶替他人服务。" in text
    catch_up(at=now())
    desk.force_login(user_of(volunteer))
    assert "顶替他人服务。" in markup(desk.get("/certification/mine/"))
    assert desk.get("/certification/mine/card/").content.strip() == b""


def test_certificates_the_list_and_the_press_text_go_out_as_one_file(
    desk: Client, city: Region, office: User, settings: Settings, tmp_path: Any
) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
    make_ladder()
    make_veteran("王芳", 960)
    make_veteran("李强", 240)
    batch = started(city, office)
    first, _ = make_certified(batch, by=office, at=now())
    page = f"/certification/desk/{batch.pk}/"
    press = markup(desk.get(f"{page}press.txt"))
    assert "共认定五星级志愿者 1 名、三星级志愿者 1 名" in press
    pack = actions.ask_pack(batch_id=batch.pk, by=office, at=now())
    assert "正在打包证书" in markup(desk.get(f"{page}pack/state/"))
    assert desk.post(f"{page}pack/").status_code == 409
    actions.make_pack(pack_id=pack.pk, print_honors=paper.honors_pdf, clock=now)
    assert "下载证书包（2 份）" in markup(desk.get(page))
    answer = desk.get(f"{page}pack.zip")
    archive = zipfile.ZipFile(io.BytesIO(body_of(answer)))
    names = archive.namelist()
    assert names[:2] == ["认定名单.xlsx", "新闻稿.txt"]
    assert f"证书/五星级志愿者/{first.serial} 王芳.pdf" in names
    assert actions.sweep_packs(at=now() + 31 * DAY) == 1
    assert desk.get(f"{page}pack.zip").status_code == 404


# -- Rules -------------------------------------------------------------------------------------


def _ladder_form(**said: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "valid_from": (local_date(now()) + DAY).isoformat(), "basis": "市文明办〔2026〕1 号",
        "publicity_workdays": "７", "clean_months": "12", "absences_most": "", "category": "",
    }  # fmt: skip
    for grade, hours in ((1, 2000), (2, 3000), (3, 4000)):
        form |= {f"level_{grade}": "CITY", f"minutes_{grade}": str(hours)}
        form |= {f"{key}_{grade}": "0" for key in ("year_minutes", "proven_percent", "months",
                 "category_minutes", "points", "trainings", "stars")}  # fmt: skip
    return form | said


def test_the_office_writes_a_new_ladder_from_a_coming_day_on(desk: Client) -> None:
    page = "/certification/desk/standards/medals/"
    for wrong, sentence in (
        ({"valid_from": local_date(now()).isoformat()}, "执行日期应是明天或以后"),
        ({"minutes_2": "1999"}, "不能低于"),
        ({"minutes_1": "0"}, "要有累计时长或当年时长的要求"),
        ({"minutes_2": "2000"}, "请区分"),
        ({"minutes_1": "很多"}, "之间的整数"),
        ({"proven_percent_3": "101"}, "之间的整数"),
        ({"category_minutes_3": "9"}, "请选择是哪一类服务"),
        ({"publicity_workdays": "0"}, "之间的整数"),
    ):
        answer = desk.post(page, _ladder_form(**wrong))
        assert (answer.status_code, sentence in markup(answer)) == (422, True), wrong
    assert not Ladder.objects.exists()
    assert desk.post(page, _ladder_form()).status_code == 302
    assert desk.post(page, _ladder_form(minutes_3="5000")).status_code == 302
    ladder = Ladder.objects.get()
    assert (ladder.publicity_workdays, ladder.absences_most) == (7, None)
    assert [one.minutes for one in ladder.grades.all()] == [120_000, 180_000, 300_000]
    assert "将执行" in markup(desk.get("/certification/desk/standards/"))
    assert desk.get("/certification/desk/standards/gold/").status_code == 404


def test_the_first_ladders_are_loaded_once_and_shown_to_everybody(client: Client) -> None:
    assert (actions.load_ladders(), actions.load_ladders()) == (2, 0)
    load_star_tiers()
    text = markup(client.get("/certification/standards/"))
    assert "4000 小时" in text
    assert "近 12 个月没有被处理" in text


def _book_totals() -> None:
    """Let the ledger say what the totals say."""
    issued = ledger.open_account(
        key="minutes:issued:test", unit=Unit.MINUTES, holder="city", keeps_balance=False
    )
    for total in Total.objects.filter(month=""):
        whose = f"volunteer:{total.volunteer_id}"
        held = ledger.open_account(key=f"minutes:{whose}:proven", unit=Unit.MINUTES, holder=whose)
        ledger.transfer(
            debit=issued, credit=held, amount=total.minutes, source="test:1", key=f"t:{total.pk}",
            reason="试", at=now(), by=None,
        )  # fmt: skip


def test_hour_stars_get_a_new_ladder_after_a_look_and_nobody_loses_one(desk: Client) -> None:
    load_star_tiers()
    make_veteran("王芳", 100 * 60)
    make_veteran("李强", 60 * 60)
    page = "/certification/desk/standards/hours/"
    tomorrow = local_date(now()) + DAY
    form: dict[str, Any] = {"valid_from": tomorrow.isoformat(), "preview": "1"}
    form |= {f"hours_{n}": str(hours) for n, hours in enumerate((50, 200, 300, 400, 500), 1)}
    answer = markup(desk.post(page, form))
    assert "按今天的累计时长试算" in answer
    assert not StarTier.objects.filter(valid_from=tomorrow).exists()
    save = form | {"save": "1"}
    refused = desk.post(page, save | {"hours_2": "50"})
    assert (refused.status_code, "每一星要比下一级多" in markup(refused)) == (422, True)
    refused = desk.post(page, save | {"valid_from": local_date(now()).isoformat()})
    assert (refused.status_code, "不能改以前的标准" in markup(refused)) == (422, True)
    assert desk.post(page, save).status_code == 302
    assert StarTier.objects.filter(valid_from=tomorrow).count() == 5
    assert settle_new_ladder(at=now()) == 0  # it does not hold yet
    _book_totals()
    assert settle_new_ladder(at=now() + DAY) == 2
    assert settle_new_ladder(at=now() + DAY) == 0
    assert StarAward.objects.count() == 2

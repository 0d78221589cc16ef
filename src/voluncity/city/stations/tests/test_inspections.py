"""Self-checks and visits, what they find, and model stations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import Checked, check_image
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.city.stations import actions, queries
from voluncity.city.stations.actions import ItemPlan
from voluncity.city.stations.models import ChecklistItem, Demonstration, Finding, Station
from voluncity.city.stations.states import (
    DemonstrationState,
    FindingState,
    InspectionKind,
    Verdict,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_member
from voluncity.testing.make_people import NOON, TODAY, make_county, make_user, make_volunteer
from voluncity.testing.make_stations import make_inspection, make_station
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
SELF, VISIT = InspectionKind.SELF_CHECK, InspectionKind.VISIT
LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def station() -> Station:
    return make_station("青年路社区服务站", week="9-17")


@pytest.fixture
def admin(station: Station) -> User:
    user = make_user("站长")
    give(user, Role.ORG_ADMIN, station.organization)
    return user


@pytest.fixture
def office(station: Station) -> User:
    user = make_user("文明办")
    city = make_county().parent
    assert city is not None
    give(user, Role.CITY_OFFICE, city)
    return user


@pytest.fixture
def supervisor(station: Station) -> User:
    user = make_user("督查员")
    give(user, Role.SUPERVISOR, station.region)
    return user


def _photo() -> Checked:
    return check_image(make_upload())


# -- The standard ------------------------------------------------------------------------------


def test_each_kind_has_the_common_lines_and_its_own(station: Station) -> None:
    common = set(ChecklistItem.objects.filter(kind=None).values_list("key", flat=True))
    asked = {item.key for item in queries.standard("community", on=TODAY)}
    assert asked == common | {"community_needs", "community_care"}


def test_a_changed_line_holds_from_its_day_and_old_inspections_keep_theirs(
    station: Station, office: User, supervisor: User
) -> None:
    item = ChecklistItem.objects.get(key="water")
    before = make_inspection(station, by=supervisor)
    day = TODAY + timedelta(days=5)
    plan = ItemPlan(text="能提供热水", weight=6, is_must=True, needs_photo=False)
    actions.change_item(item_id=item.pk, plan=plan, valid_from=day, by=office, at=NOON)
    texts = {
        on: [one.text for one in queries.standard("community", on=on) if one.key == "water"]
        for on in (TODAY, day)
    }
    assert texts == {TODAY: ["能提供饮水"], day: ["能提供热水"]}
    assert "能提供饮水" in [line.answer.item.text for line in queries.lines(before)]
    with pytest.raises(Refusal, match="已有新的写法"):
        actions.change_item(item_id=item.pk, plan=plan, valid_from=day, by=office, at=NOON)
    actions.load_reference()
    assert ChecklistItem.objects.filter(key="water").count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": "\u200b"}, "text"),
        ({"text": "字" * 121}, "text"),
        ({"weight": 0}, "weight"),
        ({"weight": 21}, "weight"),
        ({"kind_key": "🎉"}, "kind"),
    ],
)
def test_a_bad_line_is_refused_at_its_field(
    station: Station, office: User, said: dict[str, object], field: str
) -> None:
    plan = ItemPlan(**{"text": "有书", "weight": 5, "is_must": False, "needs_photo": False} | said)  # type: ignore[arg-type]
    with pytest.raises(BadInput) as refused:
        actions.add_item(plan=plan, valid_from=TODAY, by=office, at=NOON)
    assert refused.value.field == field


def test_the_past_of_the_standard_is_not_changed(station: Station, office: User) -> None:
    plan = ItemPlan(text="有书", weight=5, is_must=False, needs_photo=False)
    with pytest.raises(BadInput, match="不能早于今天"):
        actions.add_item(plan=plan, valid_from=TODAY - timedelta(days=1), by=office, at=NOON)
    item = actions.add_item(plan=plan, valid_from=TODAY, by=office, at=NOON)
    actions.end_item(item_id=item.pk, valid_to=TODAY, by=office, at=NOON)
    assert item not in queries.in_force(TODAY)


# -- Inspections -------------------------------------------------------------------------------


def test_a_draft_is_kept_item_by_item_and_gone_on_with(station: Station, admin: User) -> None:
    draft = actions.start_inspection(station_id=station.pk, kind=SELF, by=admin, at=NOON)
    answer = draft.answers.first()
    assert answer is not None
    actions.save_answer(
        answer_id=answer.pk,
        verdict=Verdict.FAILED,
        note=" 没有　站牌 ",
        photo=None,
        by=admin,
        at=NOON,
    )
    again = actions.start_inspection(station_id=station.pk, kind=SELF, by=admin, at=LATER)
    answer.refresh_from_db()
    assert (again, answer.verdict, answer.note) == (draft, "failed", "没有 站牌")
    with pytest.raises(Refusal, match="还有 16 项没有完成"):
        actions.submit_inspection(inspection_id=draft.pk, note="", by=admin, at=LATER)


def test_another_person_cannot_fill_in_ones_draft(
    station: Station, admin: User, supervisor: User
) -> None:
    draft = actions.start_inspection(station_id=station.pk, kind=SELF, by=admin, at=NOON)
    answer = draft.answers.first()
    assert answer is not None
    with pytest.raises(Refusal, match="只有检查人自己"):
        actions.save_answer(
            answer_id=answer.pk, verdict="passed", note="", photo=None, by=supervisor, at=NOON
        )
    with pytest.raises(Refusal, match="只有检查人自己"):
        actions.submit_inspection(inspection_id=draft.pk, note="", by=supervisor, at=NOON)


def test_nobody_inspects_the_own_station(station: Station, supervisor: User) -> None:
    member = make_volunteer("王芳", region=station.region)
    make_member(member, station.organization)
    assert member.user is not None
    give(member.user, Role.SUPERVISOR, station.region)
    with pytest.raises(NotAllowed, match="您自己单位的服务站"):
        actions.start_inspection(station_id=station.pk, kind=VISIT, by=member.user, at=NOON)
    give(supervisor, Role.ORG_ADMIN, station.organization)
    with pytest.raises(NotAllowed, match="您自己单位的服务站"):
        actions.start_inspection(station_id=station.pk, kind=VISIT, by=supervisor, at=NOON)


def test_a_score_is_what_was_reached_of_what_applies(station: Station, supervisor: User) -> None:
    whole = make_inspection(station, by=supervisor)
    weak = make_inspection(station, by=supervisor, failed=1, at=LATER)
    assert (whole.score, whole.is_passed, whole.pass_score) == (100, True, 80)
    weights = [answer.item.weight for answer in weak.answers.select_related("item")]
    assert weak.score == (sum(weights) - weights[-1]) * 100 // sum(weights)


def test_a_must_have_that_fails_fails_the_station(station: Station, supervisor: User) -> None:
    draft = make_inspection(station, by=supervisor, is_submitted=False)
    draft.answers.filter(item__key="safety").update(verdict="failed", note="通道堵了")
    done = actions.submit_inspection(inspection_id=draft.pk, note="", by=supervisor, at=NOON)
    assert (done.is_passed, (done.score or 0) > 80) == (False, True)


@pytest.mark.parametrize(
    ("key", "changes", "sentence"),
    [
        ("sign", {"photo": None}, "请拍照"),
        ("water", {"verdict": "failed", "note": ""}, "请写明情况"),
        ("safety", {"verdict": "not_applicable", "note": "无"}, "必备项不能选"),
        ("water", {"verdict": ""}, "还没有检查"),
    ],
)
def test_half_an_answer_holds_the_submission(
    station: Station, supervisor: User, key: str, changes: dict[str, object], sentence: str
) -> None:
    draft = make_inspection(station, by=supervisor, is_submitted=False)
    draft.answers.filter(item__key=key).update(**changes)
    with pytest.raises(Refusal, match=sentence):
        actions.submit_inspection(inspection_id=draft.pk, note="", by=supervisor, at=NOON)
    draft.refresh_from_db()
    assert (draft.submitted_at, Finding.objects.count()) == (None, 0)


def test_what_was_submitted_is_not_changed_even_by_who_was_faster(
    station: Station, supervisor: User
) -> None:
    draft = make_inspection(station, by=supervisor, is_submitted=False)
    answer = draft.answers.first()
    assert answer is not None

    def save() -> None:
        actions.save_answer(
            answer_id=answer.pk, verdict="failed", note="改", photo=None, by=supervisor, at=NOON
        )

    def submit() -> None:
        actions.submit_inspection(inspection_id=draft.pk, note="", by=supervisor, at=NOON)

    with (
        pytest.raises(Refusal, match="已经提交"),
        rival_before('UPDATE "stations_inspection"', submit),
    ):
        save()
    answer.refresh_from_db()
    assert answer.verdict == "passed"


def test_a_closed_station_is_not_inspected(
    station: Station, supervisor: User, office: User
) -> None:
    actions.close_station(station_id=station.pk, reason="拆迁", by=office, at=NOON)
    with pytest.raises(Refusal, match="已经关闭"):
        actions.start_inspection(station_id=station.pk, kind=VISIT, by=supervisor, at=NOON)


# -- Findings ----------------------------------------------------------------------------------


def test_what_failed_is_due_fixed_with_proof_sent_back_and_accepted(
    station: Station, admin: User, supervisor: User
) -> None:
    make_inspection(station, by=supervisor, failed=1)
    finding = Finding.objects.get()
    assert (finding.state, finding.due_on > TODAY) == (FindingState.OPEN, True)
    with pytest.raises(BadInput, match="请拍一张"):
        actions.fix_finding(finding_id=finding.pk, note="好了", photo=None, by=admin, at=NOON)
    for accepted in (False, True):
        actions.fix_finding(finding_id=finding.pk, note="好了", photo=_photo(), by=admin, at=NOON)
        with pytest.raises(NotAllowed):
            actions.check_fix(finding_id=finding.pk, is_accepted=True, note="", by=admin, at=NOON)
        actions.check_fix(
            finding_id=finding.pk,
            is_accepted=accepted,
            note="" if accepted else "照片看不清",
            by=supervisor,
            at=NOON,
        )
    finding.refresh_from_db()
    assert finding.state == FindingState.CLOSED
    with pytest.raises(WrongState):
        actions.fix_finding(finding_id=finding.pk, note="又好了", photo=_photo(), by=admin, at=NOON)
    catch_up(at=NOON)
    told = set(Message.objects.filter(user=admin).values_list("title", flat=True))
    assert told == {"服务站检查结果", "服务站整改被退回", "服务站整改已通过复查"}
    assert Message.objects.filter(user=supervisor, title="服务站整改待复查").count() == 2


def test_sending_back_needs_a_reason(station: Station, admin: User, supervisor: User) -> None:
    make_inspection(station, by=supervisor, failed=1)
    finding = Finding.objects.get()
    actions.fix_finding(finding_id=finding.pk, note="好了", photo=_photo(), by=admin, at=NOON)
    with pytest.raises(BadInput, match="退回原因"):
        actions.check_fix(
            finding_id=finding.pk, is_accepted=False, note=" ", by=supervisor, at=NOON
        )


def test_what_a_self_check_found_is_closed_with_its_proof(station: Station, admin: User) -> None:
    make_inspection(station, by=admin, kind=SELF, failed=1)
    finding = Finding.objects.get()
    actions.fix_finding(finding_id=finding.pk, note="补上了", photo=_photo(), by=admin, at=NOON)
    finding.refresh_from_db()
    assert finding.state == FindingState.CLOSED


def test_the_database_refuses_a_fix_without_proof_and_ones_own_check(
    station: Station, admin: User, supervisor: User
) -> None:
    make_inspection(station, by=supervisor, failed=1)
    finding = Finding.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(state=FindingState.FIXED)
    actions.fix_finding(finding_id=finding.pk, note="好了", photo=_photo(), by=admin, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(
            state=FindingState.CLOSED, checked_by=admin, checked_at=NOON
        )


# -- Model stations ----------------------------------------------------------------------------


def _propose(station: Station, by: User, at: datetime = NOON) -> Demonstration:
    return actions.propose_demonstration(station_id=station.pk, reason="天天有人在岗", by=by, at=at)


def test_a_model_station_needs_a_visit_that_passed_lately_and_nothing_left_to_mend(
    station: Station, admin: User, supervisor: User
) -> None:
    with pytest.raises(Refusal, match="还没有检查过"):
        _propose(station, admin)
    make_inspection(station, by=admin, kind=SELF)
    with pytest.raises(Refusal, match="还没有检查过"):
        _propose(station, admin)
    make_inspection(station, by=supervisor, failed=15)
    with pytest.raises(Refusal, match="没有合格"):
        _propose(station, admin)
    make_inspection(station, by=supervisor, at=LATER)
    with pytest.raises(Refusal, match="没完成的整改"):
        _propose(station, admin, LATER)
    Finding.objects.all().delete()
    with pytest.raises(Refusal, match="已超过 12 个月"):
        _propose(station, admin, LATER + timedelta(days=367))
    assert _propose(station, admin, LATER).state == DemonstrationState.PROPOSED
    with pytest.raises(Refusal, match="已经是示范站，或正在申报"):
        _propose(station, admin, LATER)


def test_a_model_station_is_named_after_publicity_and_looked_at_each_year(
    client: Client, station: Station, admin: User, office: User, supervisor: User
) -> None:
    make_inspection(station, by=supervisor)
    row = _propose(station, admin)
    with pytest.raises(NotAllowed):
        actions.show_demonstration(demonstration_id=row.pk, by=admin, at=NOON)
    actions.show_demonstration(demonstration_id=row.pk, by=office, at=NOON)
    assert "示范站</span>" not in _page(client, station)
    notice = Notice.objects.get(subject_type="demonstration")
    end = NOON + timedelta(days=30)
    publicity.finish_due(today=notice.shown_until + timedelta(days=1), at=end)
    catch_up(at=end)
    row.refresh_from_db()
    assert (row.state, row.recheck_on) == (
        DemonstrationState.EFFECTIVE,
        queries.months_after(local_date(end), 12),
    )
    assert "命名为示范站，每年复检" in _page(client, station)
    half_a_year = NOON + timedelta(days=180)
    make_inspection(station, by=supervisor, at=half_a_year)
    row.refresh_from_db()
    assert row.recheck_on == queries.months_after(local_date(half_a_year), 12)
    actions.withdraw_demonstration(
        demonstration_id=row.pk, reason="长期无人值守", by=office, at=half_a_year
    )
    assert "命名为示范站" not in _page(client, station)


def _page(client: Client, station: Station) -> str:
    words: str = client.get(f"/stations/{station.pk}/").content.decode()
    return words


def test_an_objection_that_holds_ends_the_naming(
    station: Station, admin: User, office: User, supervisor: User
) -> None:
    make_inspection(station, by=supervisor)
    row = _propose(station, admin)
    actions.show_demonstration(demonstration_id=row.pk, by=office, at=NOON)
    actions.overturn_demonstration(demonstration_id=row.pk, at=LATER)
    row.refresh_from_db()
    assert (row.state, row.end_reason != "") == (DemonstrationState.OVERTURNED, True)
    assert not actions.publish_demonstration(demonstration_id=row.pk, at=LATER)


def test_a_station_that_closes_is_no_model_any_more(
    station: Station, admin: User, office: User, supervisor: User
) -> None:
    make_inspection(station, by=supervisor)
    row = _propose(station, admin)
    actions.close_station(station_id=station.pk, reason="拆迁", by=office, at=NOON)
    row.refresh_from_db()
    assert (row.state, row.end_reason) == (DemonstrationState.WITHDRAWN, "服务站已关闭")


def test_who_declines_says_why(
    station: Station, admin: User, office: User, supervisor: User
) -> None:
    make_inspection(station, by=supervisor)
    row = _propose(station, admin)
    with pytest.raises(BadInput):
        actions.decline_demonstration(demonstration_id=row.pk, reason="", by=office, at=NOON)
    actions.decline_demonstration(demonstration_id=row.pk, reason="再等一年", by=office, at=NOON)
    catch_up(at=NOON)
    message = Message.objects.get(user=admin, title="示范站申报未通过")
    assert message.body == "“青年路社区服务站”：再等一年"


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 22), 12, date(2027, 11, 22)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_after_a_day(day: date, months: int, wanted: date) -> None:
    assert queries.months_after(day, months) == wanted

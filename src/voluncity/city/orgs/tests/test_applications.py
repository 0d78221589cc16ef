"""Somebody applies for an organization; it is reviewed, shown, and becomes active."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access import personal
from voluncity.city.access import queries as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.files import rules as files
from voluncity.city.files.models import StoredFile
from voluncity.city.journal.actions import record
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import ORG_FLOW, Kind, OrgState
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import give, make_code, make_organization, make_plan
from voluncity.testing.make_people import NOON, TODAY, make_county, make_user, make_volunteer
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def unit() -> Organization:
    return make_organization("市园林局", kind=Kind.LEAD_UNIT)


@pytest.fixture
def applicant() -> User:
    user = make_volunteer("王芳").user
    assert user is not None
    return user


@pytest.fixture
def reviewer(unit: Organization) -> User:
    user = make_user("赵敏")
    give(user, Role.COUNTY_OFFICE, unit.region)
    return user


def _apply(unit: Organization, by: User, **said: object) -> Organization:
    return actions.apply_organization(plan=make_plan(unit, **said), paper=None, by=by, at=NOON)


def _state(organization: Organization) -> str:
    return Organization.objects.values_list("state", flat=True).get(pk=organization.pk)


def _verbs(organization: Organization) -> list[str]:
    found = Entry.objects.filter(subject_type="organization", subject_id=organization.pk)
    return [entry.verb for entry in found.order_by("pk")]


def _settle() -> None:
    catch_up()
    catch_up()


# -- Apply -------------------------------------------------------------------------------------


def test_an_application_takes_its_place_in_the_tree(unit: Organization, applicant: User) -> None:
    team = _apply(unit, applicant, name="  汾河　护河队 ", contact_name="欧阳·娜娜")
    assert (team.name, team.state, team.applied_by) == ("汾河 护河队", OrgState.APPLIED, applicant)
    assert team.path == f"{unit.path}{team.pk}/"
    assert queries.above(team) == [unit]
    assert personal.unseal(team.contact_phone_cipher, bound_to=f"organization:{team.pk}") == (
        "13900000000"
    )
    assert "13900000000" not in team.contact_phone_cipher
    assert _verbs(team) == ["orgs.apply"]


def test_who_is_not_verified_may_not_apply(unit: Organization) -> None:
    newcomer = make_volunteer("李强", verified=False).user
    for person in (newcomer, make_user("路人")):
        assert person is not None
        with pytest.raises(NotAllowed, match="需要先完成实名认证"):
            _apply(unit, person)
    assert Organization.objects.count() == 1


def test_staff_may_apply_without_being_volunteers(unit: Organization) -> None:
    staff = make_user("单位联络员")
    give(staff, Role.LEAD_UNIT, unit)
    assert _apply(unit, staff).state == OrgState.APPLIED


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"kind": Kind.OFFICE}, "kind", "请选择组织类型。"),
        ({"kind": Kind.LEAD_UNIT}, "kind", "请选择组织类型。"),
        ({"kind": "🎉"}, "kind", "请选择组织类型。"),
        ({"name": ""}, "name", "请填写组织全称"),
        ({"name": "\u200b\u200b队"}, "name", "至少 2 个字"),
        ({"name": "12345"}, "name", "请填写组织全称"),
        ({"name": "护河队🎉"}, "name", "不能有表情符号"),
        ({"name": "队" * 61}, "name", "最多 60 个字，现在有 61 个字"),
        ({"kind": Kind.REGISTERED}, "code", "请填写统一社会信用代码"),
        ({"code": "9114"}, "code", "应为 18 位，现在是 4 位"),
        ({"code": "91110000600037342P"}, "code", "校验不通过"),
        ({"code": "91110000600037342I"}, "code", "没有 I、O、S、V、Z"),
        ({"contact_name": ""}, "contact_name", "请填写姓名"),
        ({"contact_name": "王芳<script>"}, "contact_name", "姓名只能是汉字"),
        ({"contact_phone": ""}, "contact_phone", "请填写手机号"),
        ({"contact_phone": "12345"}, "contact_phone", "应为 11 位"),
        ({"intro": "字" * 1001}, "intro", "最多 1000 个字"),
        ({"address": "路" * 121}, "address", "最多 120 个字"),
        ({"parent_id": 0}, "parent", "请重新选择主管（联络）单位。"),
        ({"region_id": 0}, "region", "这个区划已经停用"),
    ],
)
def test_a_bad_application_is_refused_at_its_field(
    unit: Organization, applicant: User, said: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        _apply(unit, applicant, **said)
    assert refused.value.field == field
    assert (Organization.objects.count(), Entry.objects.count()) == (1, 0)


@pytest.mark.parametrize("state", [OrgState.APPLIED, OrgState.SUSPENDED, OrgState.REFUSED])
def test_nothing_stands_below_what_is_not_active(applicant: User, state: OrgState) -> None:
    with pytest.raises(BadInput, match="请重新选择主管"):
        _apply(make_organization(state=state), applicant)


def test_a_region_that_has_ended_is_refused(unit: Organization, applicant: User) -> None:
    unit.region.valid_to = TODAY
    unit.region.save(update_fields=["valid_to"])
    with pytest.raises(BadInput, match="已经停用"):
        _apply(unit, applicant)


def test_the_same_name_in_the_same_region_is_refused(unit: Organization, applicant: User) -> None:
    _apply(unit, applicant, name="护河队")
    with pytest.raises(Refusal, match="已有同名组织") as refused:
        _apply(unit, applicant, name="护河队 ")
    assert (refused.value.code, refused.value.field) == ("orgs.name_taken", "name")
    elsewhere = make_county()
    assert _apply(unit, applicant, name="护河队", region_id=elsewhere.pk).region == elsewhere


def test_the_same_code_is_refused_anywhere(unit: Organization, applicant: User) -> None:
    code = make_code()
    _apply(unit, applicant, name="护河队", code=code)
    with pytest.raises(Refusal, match="已由“护河队”使用") as refused:
        _apply(unit, applicant, code=code, region_id=make_county().pk)
    assert (refused.value.code, refused.value.field) == ("orgs.code_taken", "code")


def test_name_and_code_of_a_refused_application_are_free_again(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    said = {"name": "护河队", "code": make_code()}
    first = _apply(unit, applicant, **said)
    actions.refuse(organization_id=first.pk, reason="不是志愿服务。", by=reviewer, at=NOON)
    assert _apply(unit, applicant, **said).state == OrgState.APPLIED


def test_of_two_applications_at_once_one_is_told(unit: Organization, applicant: User) -> None:
    plan = make_plan(unit)

    def apply() -> None:
        actions.apply_organization(plan=plan, paper=None, by=applicant, at=NOON)

    with (
        pytest.raises(Refusal, match="已有同名组织"),
        rival_before('INSERT INTO "orgs_organization"', apply),
    ):
        apply()


def test_the_paper_is_seen_by_who_reviews(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    team = actions.apply_organization(
        plan=make_plan(unit), paper=files.check_document(make_paper()), by=applicant, at=NOON
    )
    paper = StoredFile.objects.get()
    assert list(queries.papers(team)) == [paper]
    assert (paper.organization, paper.is_public) == (team, False)
    reach = access.scope_of(reviewer, Permission.ORG_REVIEW)
    assert list(StoredFile.objects.in_scope(reach)) == [paper]


def test_a_refused_application_keeps_no_paper(unit: Organization, applicant: User) -> None:
    _apply(unit, applicant, name="护河队")
    with pytest.raises(Refusal):
        actions.apply_organization(
            plan=make_plan(unit, name="护河队"),
            paper=files.check_document(make_paper()),
            by=applicant,
            at=NOON,
        )
    assert StoredFile.objects.count() == 0


# -- Review ------------------------------------------------------------------------------------


def test_an_approved_application_becomes_active_and_its_applicant_administrator(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    team = _apply(unit, applicant)
    actions.approve(organization_id=team.pk, by=reviewer, at=NOON)
    _settle()
    assert _state(team) == OrgState.ACTIVE
    grant = Grant.objects.get(user=applicant)
    assert (grant.role, grant.organization, grant.given_by) == (Role.ORG_ADMIN, team, reviewer)
    assert _verbs(team) == ["orgs.apply", "orgs.approve", "orgs.publish"]
    notice = Notice.objects.get()
    assert (notice.title, notice.kind) == (f"拟认定“{team.name}”为备案的志愿服务团队", "orgs")
    assert "主管（联络）单位：市园林局" in notice.body
    assert "王芳" not in notice.body + notice.title


def test_nobody_tells_a_team_twice_that_it_is_active(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    team = _apply(unit, applicant)
    actions.approve(organization_id=team.pk, by=reviewer, at=NOON)
    _settle()
    assert actions.publish(organization_id=team.pk, at=NOON) is False
    assert Grant.objects.filter(user=applicant).count() == 1


def _three_days_of_publicity() -> None:
    PolicyNumber.objects.create(key="orgs.publicity_workdays", value=3, valid_from=TODAY)


def test_with_publicity_it_is_shown_first(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    _three_days_of_publicity()
    team = _apply(unit, applicant)
    actions.approve(organization_id=team.pk, by=reviewer, at=NOON)
    _settle()
    assert (_state(team), Grant.objects.filter(user=applicant).count()) == (OrgState.SHOWN, 0)
    publicity.finish_due(today=TODAY + 9 * DAY, at=NOON + 9 * DAY)
    _settle()
    assert (_state(team), Grant.objects.filter(user=applicant).count()) == (OrgState.ACTIVE, 1)


def test_an_upheld_objection_sends_the_application_back_and_it_can_be_shown_again(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    _three_days_of_publicity()
    team = _apply(unit, applicant)
    actions.approve(organization_id=team.pk, by=reviewer, at=NOON)
    objection = publicity.object_to(
        notice_id=Notice.objects.get().pk, text="队长已经离职。", by=make_user(), at=NOON
    )
    publicity.answer(
        objection_id=objection.pk, is_upheld=True, text="属实。", by=make_user(), at=NOON
    )
    _settle()
    assert _state(team) == OrgState.SENT_BACK
    actions.resubmit_organization(
        organization_id=team.pk, plan=make_plan(unit), paper=None, by=applicant, at=NOON
    )
    actions.approve(organization_id=team.pk, by=reviewer, at=NOON)
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("verb", [actions.send_back, actions.refuse, actions.suspend])
@pytest.mark.parametrize("reason", ["", "  ", "\x00", "字" * 301])
def test_a_decision_against_somebody_gives_a_reason(
    unit: Organization, applicant: User, reviewer: User, verb: Callable[..., object], reason: str
) -> None:
    team = _apply(unit, applicant)
    with pytest.raises(BadInput) as refused:
        verb(organization_id=team.pk, reason=reason, by=reviewer, at=NOON)
    assert refused.value.field == "reason"
    assert _state(team) == OrgState.APPLIED


def test_nobody_reviews_their_own_application(unit: Organization, applicant: User) -> None:
    give(applicant, Role.COUNTY_OFFICE, unit.region)
    team = _apply(unit, applicant)
    with pytest.raises(NotAllowed, match="不能审核自己提交的申请"):
        actions.approve(organization_id=team.pk, by=applicant, at=NOON)
    with pytest.raises(NotAllowed):
        actions.refuse(organization_id=team.pk, reason="不行。", by=applicant, at=NOON)
    assert _state(team) == OrgState.APPLIED


def test_nobody_decides_on_the_organization_they_work_for(unit: Organization) -> None:
    staff = make_user("本单位")
    give(staff, Role.LEAD_UNIT, unit)
    with pytest.raises(NotAllowed, match="您是这个组织的工作人员"):
        actions.suspend(organization_id=unit.pk, reason="休整。", by=staff, at=NOON)


def test_the_lead_unit_reviews_what_is_below_it(unit: Organization, applicant: User) -> None:
    staff = make_user("园林局")
    give(staff, Role.LEAD_UNIT, unit)
    team = _apply(unit, applicant)
    assert actions.approve(organization_id=team.pk, by=staff, at=NOON).state == OrgState.SHOWN


def test_nothing_is_approved_below_what_was_suspended_meanwhile(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    team = _apply(unit, applicant)
    actions.suspend(organization_id=unit.pk, reason="休整。", by=reviewer, at=NOON)
    with pytest.raises(Refusal, match="已不在正常状态"):
        actions.approve(organization_id=team.pk, by=reviewer, at=NOON)
    assert (_state(team), Notice.objects.count()) == (OrgState.APPLIED, 0)


_ACTS: dict[str, Callable[[Organization, User], object]] = {
    "approve": lambda o, by: actions.approve(organization_id=o.pk, by=by, at=NOON),
    "send_back": lambda o, by: actions.send_back(
        organization_id=o.pk, reason="缺材料。", by=by, at=NOON
    ),
    "refuse": lambda o, by: actions.refuse(organization_id=o.pk, reason="不符。", by=by, at=NOON),
    "suspend": lambda o, by: actions.suspend(organization_id=o.pk, reason="整改。", by=by, at=NOON),
    "resume": lambda o, by: actions.resume(organization_id=o.pk, by=by, at=NOON),
}


@pytest.mark.parametrize("state", list(OrgState))
@pytest.mark.parametrize("verb", list(_ACTS))
def test_only_steps_of_the_table_are_possible(reviewer: User, verb: str, state: OrgState) -> None:
    organization = make_organization(state=state)
    if state in ORG_FLOW.sources(verb):
        _ACTS[verb](organization, reviewer)
        assert _state(organization) == ORG_FLOW.after(verb, state)
        assert _verbs(organization) == [f"orgs.{verb}"]
    else:
        with pytest.raises(WrongState, match="请刷新页面"):
            _ACTS[verb](organization, reviewer)
        assert (_state(organization), _verbs(organization)) == (state, [])


def _decide_check_then_save(
    organization_id: int, verb: str, reason: str, *, by: User, at: Any
) -> Organization:
    """Look, then write: the saboteur."""
    organization = Organization.objects.get(pk=organization_id)
    organization.state = ORG_FLOW.after(verb, organization.state)
    organization.state_reason = reason
    organization.save(update_fields=["state", "state_reason"])
    record(f"orgs.{verb}", organization, by=by, at=at)
    return organization


def _two_reviewers_decide_at_once(unit: Organization, applicant: User, reviewer: User) -> None:
    team = _apply(unit, applicant)
    with (
        pytest.raises(WrongState, match="退回修改"),
        rival_before(
            'UPDATE "orgs_organization"', lambda: _ACTS["send_back"](team, make_user("另一位"))
        ),
    ):
        _ACTS["refuse"](team, reviewer)


def test_of_two_reviewers_at_once_the_second_is_told(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    _two_reviewers_decide_at_once(unit, applicant, reviewer)


def test_looking_before_writing_would_let_both_decide(
    unit: Organization, applicant: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.reviews, "decide", _decide_check_then_save)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        _two_reviewers_decide_at_once(unit, applicant, reviewer)


# -- Again -------------------------------------------------------------------------------------


def test_what_was_sent_back_is_changed_and_handed_in_again(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    team = _apply(unit, applicant)
    actions.send_back(organization_id=team.pk, reason="请写全称。", by=reviewer, at=NOON)
    office = make_organization("另一个单位", kind=Kind.UNIT)
    again = actions.resubmit_organization(
        organization_id=team.pk,
        plan=make_plan(office, name="太原市汾河护河队"),
        paper=None,
        by=applicant,
        at=NOON + DAY,
    )
    assert (again.state, again.name, again.parent) == (
        OrgState.APPLIED,
        "太原市汾河护河队",
        office,
    )
    assert again.path == f"{office.path}{team.pk}/"
    assert (again.decided_at, again.decided_by, again.applied_at) == (None, None, NOON + DAY)
    assert again.state_reason == "请写全称。"


def test_only_the_applicant_hands_in_again(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    team = _apply(unit, applicant)
    actions.send_back(organization_id=team.pk, reason="请写全称。", by=reviewer, at=NOON)
    with pytest.raises(NotFound, match="没有找到您的这项申请"):
        actions.resubmit_organization(
            organization_id=team.pk, plan=make_plan(unit), paper=None, by=make_user(), at=NOON
        )


def test_what_was_not_sent_back_is_not_changed(unit: Organization, applicant: User) -> None:
    team = _apply(unit, applicant)
    with pytest.raises(WrongState, match="待审核"):
        actions.resubmit_organization(
            organization_id=team.pk, plan=make_plan(unit), paper=None, by=applicant, at=NOON
        )


def test_handing_in_again_with_a_taken_name_is_refused_and_changes_nothing(
    unit: Organization, applicant: User, reviewer: User
) -> None:
    _apply(unit, applicant, name="护河队")
    team = _apply(unit, applicant, name="护山队")
    actions.send_back(organization_id=team.pk, reason="请写全称。", by=reviewer, at=NOON)
    with pytest.raises(Refusal, match="已有同名组织"):
        actions.resubmit_organization(
            organization_id=team.pk,
            plan=make_plan(unit, name="护河队"),
            paper=None,
            by=applicant,
            at=NOON,
        )
    team.refresh_from_db()
    assert (team.name, team.state) == ("护山队", OrgState.SENT_BACK)


# -- Keep up -----------------------------------------------------------------------------------


def test_what_an_organization_says_is_changed_and_an_empty_number_keeps_the_old(
    unit: Organization, applicant: User
) -> None:
    team = _apply(unit, applicant)
    said = {"intro": "新简介", "address": "滨河路 1 号", "contact_name": "李强"}
    actions.change_organization(
        organization_id=team.pk, **said, contact_phone=" ", by=applicant, at=NOON
    )
    team.refresh_from_db()
    assert (team.intro, team.address, team.contact_name) == tuple(said.values())
    assert actions.reveal_phone(organization_id=team.pk, by=applicant, at=NOON) == "13900000000"
    actions.change_organization(
        organization_id=team.pk, **said, contact_phone="138 0013 8000", by=applicant, at=NOON
    )
    assert actions.reveal_phone(organization_id=team.pk, by=applicant, at=NOON) == "13800138000"
    assert _verbs(team)[-4:] == [
        "orgs.change",
        "orgs.reveal_phone",
        "orgs.change",
        "orgs.reveal_phone",
    ]


def test_the_journal_holds_no_names_and_numbers(unit: Organization, applicant: User) -> None:
    _apply(unit, applicant)
    written = str(list(Entry.objects.values_list("data", flat=True)))
    assert "王芳" not in written
    assert "139" not in written

"""The life of an application: begun, handed in, sent back, taken, withdrawn, too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.access.models import Grant
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.queries import open_work
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.models import Application, Call, SubmittedLine
from voluncity.fund.calls.states import APP_FLOW, AppState
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_calls import (
    fill,
    fresh,
    make_admin,
    make_attachment,
    make_draft_application,
    make_full_application,
    make_open_call,
    make_submission,
    type_in,
)
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_region

A = AppState
SOON = NOON + timedelta(days=3)
pytestmark = pytest.mark.django_db


def hand_in(application: Application, *, by: User, at: datetime = NOON) -> Any:
    return actions.submit(application=application, seen=application.edition, by=by, at=at)


def test_an_organization_fills_hands_in_and_keeps_its_number(
    call: Call, team: Organization, admin: User
) -> None:
    application = make_full_application(call, organization=team, by=admin)
    made = hand_in(application, by=admin)
    now = fresh(application)
    assert (now.state, now.title, now.current) == (A.SUBMITTED, "关爱老人义务修脚", made)
    assert now.number == f"JJ2026-{call.pk:04d}-0001"
    assert (made.number, made.asked_fen, made.starts_on.isoformat()) == (1, 200_000, "2027-03-01")
    lines = SubmittedLine.objects.filter(submission=made)
    assert [(one.place, one.kind.name, one.what, one.fen) for one in lines] == [
        (1, "物资", "修脚工具和消毒用品", 140_000),
        (2, "志愿者补贴和保险", "志愿者保险", 60_000),
    ]
    told = Entry.objects.filter(subject_type="fund_application").order_by("pk")
    assert [(one.verb, one.actor_id) for one in told] == [
        ("calls.start", admin.pk), ("calls.submit", admin.pk),
    ]  # fmt: skip
    assert queries.faults() == []


def test_it_comes_back_with_remarks_and_goes_in_again_by_its_own_day(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin)
    application = fresh(made.application)
    number = application.number
    due = call.ends_at + timedelta(days=5)
    actions.send_back(
        application=application, submission_id=made.pk, words="", due_at=due, by=officer, at=SOON,
        remarks={"served": "请写明人数的来源。", "budget": "", "hacked": "没有这一项"},
    )  # fmt: skip
    application = fresh(application)
    assert (application.state, application.due_at) == (A.RETURNED, due)
    assert queries.open_remarks(application) == {"served": "请写明人数的来源。"}
    type_in(application, by=admin, at=SOON, served="民政登记的独居老人 62 人")
    application = fresh(application)
    again = hand_in(application, by=admin, at=due - timedelta(seconds=1))
    application = fresh(application)
    assert (application.state, application.number, again.number) == (A.SUBMITTED, number, 2)
    assert made.content["answers"]["served"] != again.content["answers"]["served"]
    actions.accept(application=application, submission_id=again.pk, by=officer, at=due)
    assert fresh(application).state == A.ACCEPTED


def test_the_last_minute_counts_to_its_end(call: Call, team: Organization, admin: User) -> None:
    application = make_full_application(call, organization=team, by=admin)
    with pytest.raises(WrongState, match="已经过了申报截止时间"):
        hand_in(application, by=admin, at=call.ends_at)
    hand_in(application, by=admin, at=call.ends_at - timedelta(microseconds=1))
    assert fresh(application).state == A.SUBMITTED


def test_more_time_is_for_one_organization_only(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    mine = make_full_application(call, organization=team, by=admin)
    other_team = make_organization(region=team.region)
    other_admin = make_admin(other_team)
    other = make_full_application(call, organization=other_team, by=other_admin)
    later = call.ends_at + timedelta(days=2)
    with pytest.raises(BadInput, match="请填写原因"):
        actions.extend(call=call, organization=team, ends_at=later, reason=" ", by=officer, at=NOON)
    actions.extend(
        call=call, organization=team, ends_at=later, reason="停电两天", by=officer, at=NOON
    )
    with pytest.raises(WrongState, match="截止时间"):
        hand_in(other, by=other_admin, at=call.ends_at)
    hand_in(mine, by=admin, at=later - timedelta(seconds=1))
    assert fresh(mine).state == A.SUBMITTED


def test_nothing_is_handed_in_that_does_not_add_up(
    call: Call, team: Organization, admin: User
) -> None:
    application = make_full_application(call, organization=team, by=admin, asked="2100")
    assert queries.checkup(application).problems["budget"] == {
        "budget": "预算合计 2,000 元，申请金额 2,100 元，还差 100 元，请改成相等。"
    }
    with pytest.raises(BadInput, match="还有 1 处没有填好"):
        hand_in(application, by=admin)
    assert fresh(application).state == A.DRAFT
    type_in(application, by=admin, asked="2000", b1_fen="1300", b2_fen="700")
    found = queries.checkup(application).problems["budget"]
    assert found == {"budget": "“志愿者补贴和保险”合计 700 元，最多占申请金额的 30%，请调低。"}


WRONG_ANSWERS = [
    ({"title": ""}, "about", "请填写“项目名称”。"),
    ({"title": "好" * 61}, "about", "“项目名称”最多 60 个字，现在有 61 个字，请删减。"),
    ({"title": "修脚🦶"}, "about", "“项目名称”不能使用表情符号，请改用文字。"),
    ({"ends_on": "2027-02-28"}, "about", "结束日期不能早于开始日期，请核对。"),
    ({"ends_on": "明年"}, "about", "“项目结束日期”请写成 2026-11-24 这样的日期。"),
    ({"asked": "999"}, "about",
     "申请金额应在 1,000 元到 50,000 元之间，请核对。"),
    ({"ties": "有"}, "about", "有利害关系的，请写明是什么关系。"),
    ({"q3": "也许"}, "s1", "“有没有固定的志愿者队伍”没有这个选项，请重新选择。"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "section", "sentence"), WRONG_ANSWERS)
def test_a_wrong_answer_is_kept_and_named_at_its_field(
    call: Call, team: Organization, admin: User, said: dict[str, Any], section: str, sentence: str
) -> None:
    application = make_full_application(call, organization=team, by=admin, **said)
    assert sentence in queries.checkup(application).problems[section].values()
    with pytest.raises(BadInput):
        hand_in(application, by=admin)
    key, raw = next(iter(said.items()))
    assert queries.written(application).draft.raw.get(key, "") == raw


def test_who_does_not_meet_a_condition_cannot_begin(team: Organization, admin: User) -> None:
    call = make_open_call(
        make_fund(region=team.region), kinds=(Kind.REGISTERED,), least_years=3, least_stars=3
    )
    with pytest.raises(WrongState, match=r"组织类型：.*；成立满 3 年；组织星级 3 星以上"):
        make_draft_application(call, organization=team, by=admin)
    Organization.objects.filter(pk=team.pk).update(
        kind=Kind.REGISTERED, stars=3, applied_at=NOON - timedelta(days=4 * 366)
    )
    team.refresh_from_db()
    make_draft_application(call, organization=team, by=admin)
    limited = make_open_call(
        make_fund(region=team.region), region_ids=(make_region("另一社区", parent=team.region).pk,)
    )
    with pytest.raises(WrongState, match="所在地：另一社区"):
        make_draft_application(limited, organization=team, by=admin)


def test_an_organization_that_was_suspended_cannot_hand_in(
    call: Call, team: Organization, admin: User
) -> None:
    application = make_full_application(call, organization=team, by=admin)
    Organization.objects.filter(pk=team.pk).update(state=OrgState.SUSPENDED)
    with pytest.raises(WrongState, match="组织状态正常"):
        hand_in(fresh(application), by=admin)


def test_there_are_never_more_live_applications_than_the_call_allows(
    call: Call, team: Organization, admin: User
) -> None:
    first = make_draft_application(call, organization=team, by=admin)
    with pytest.raises(WrongState, match="最多申报 1 项"):
        make_draft_application(call, organization=team, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(
            handle="second-one", call=call, form=first.form, organization=team, turn=1,
            started_at=NOON, started_by=admin, changed_at=NOON, changed_by=admin,
        )  # fmt: skip
    actions.discard(application=first, by=admin, at=NOON)
    make_draft_application(call, organization=team, by=admin)


def test_a_draft_keeps_its_form_when_a_new_version_comes(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    old = make_draft_application(call, organization=team, by=admin)
    form = actions.begin_form(call=call, by=officer, at=NOON)
    form = actions.take_out(form=form, key="q3", seen=form.edition, by=officer, at=NOON)
    with pytest.raises(WrongState, match="正在编制"):
        actions.begin_form(call=call, by=officer, at=NOON)
    actions.publish_form(form=form, seen=form.edition, by=officer, at=NOON)
    with pytest.raises(WrongState, match="已经启用"):
        actions.take_out(form=form, key="q2", seen=form.edition + 1, by=officer, at=NOON)
    call = queries.detailed_calls().get(pk=call.pk)
    new = make_draft_application(call)
    assert [q.key for q in fresh(old).form.spec.questions] == ["q2", "q3", "q4"]
    assert [q.key for q in new.form.spec.questions] == ["q2", "q4"]
    hand_in(fill(old, by=admin), by=admin)
    assert fresh(old).form.number == 1


def test_it_can_be_taken_back_while_the_window_is_open(
    call: Call, team: Organization, admin: User
) -> None:
    application = fresh(make_submission(call, organization=team, by=admin).application)
    actions.recall(application=application, by=admin, at=NOON)
    assert fresh(application).state == A.DRAFT
    with pytest.raises(WrongState, match="不能删除，可以撤回"):
        actions.discard(application=fresh(application), by=admin, at=NOON)
    again = hand_in(fresh(application), by=admin)
    with pytest.raises(WrongState, match="截止时间"):
        actions.recall(application=fresh(application), by=admin, at=call.ends_at)
    assert (fresh(application).current, again.number) == (again, 2)


def test_nobody_hands_in_what_a_colleague_changed_after_it_was_read(
    call: Call, team: Organization, admin: User, colleague: User
) -> None:
    application = make_full_application(call, organization=team, by=admin)
    type_in(fresh(application), by=colleague, summary="换一个说法")
    with pytest.raises(WrongState, match=r"孙杰 在 .* 改过这份申报"):
        hand_in(application, by=admin)
    assert fresh(application).state == A.DRAFT


def test_the_office_decides_only_about_what_it_has_read(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    first = make_submission(call, organization=team, by=admin)
    actions.recall(application=fresh(first.application), by=admin, at=NOON)
    application = fresh(first.application)
    hand_in(application, by=admin)
    acts: list[Callable[[Application], object]] = [
        lambda app: actions.accept(application=app, submission_id=first.pk, by=officer, at=NOON),
        lambda app: actions.decline(
            application=app, submission_id=first.pk, words="不符", by=officer, at=NOON
        ),
    ]
    for act in acts:
        with pytest.raises(WrongState, match="有更新"):
            act(fresh(application))
    assert fresh(application).state == A.SUBMITTED


def test_nobody_takes_the_application_of_their_own_organization(
    call: Call, team: Organization, admin: User
) -> None:
    made = make_submission(call, organization=team, by=admin)
    with pytest.raises(NotAllowed, match="另一位同事"):
        actions.accept(
            application=fresh(made.application), submission_id=made.pk, by=admin, at=NOON
        )


def test_who_wrote_or_handed_in_an_application_never_decides_about_it(
    call: Call, team: Organization, admin: User, colleague: User
) -> None:
    application = make_full_application(call, organization=team, by=admin)
    hand_in(application, by=colleague)
    gone = {"revoked_at": NOON, "revoked_by": admin}  # now they work elsewhere
    Grant.objects.filter(user=colleague).update(**gone)
    application = fresh(application)
    with pytest.raises(NotAllowed, match="另一位同事"):
        actions.accept(
            application=application, submission_id=application.current_id or 0, by=colleague,
            at=NOON,
        )  # fmt: skip


def test_what_never_comes_again_lapses_and_more_time_keeps_it(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin)
    due = NOON + timedelta(days=5)
    actions.send_back(
        application=fresh(made.application), submission_id=made.pk, remarks={}, words="缺证明",
        due_at=due, by=officer, at=NOON,
    )  # fmt: skip
    assert actions.keep_terms(at=due - timedelta(seconds=1)) == 0
    actions.extend(
        call=call, organization=team, ends_at=call.ends_at + timedelta(days=9), reason="出差",
        by=officer, at=NOON,
    )  # fmt: skip
    assert actions.keep_terms(at=due) == 0
    late = call.ends_at + timedelta(days=9)
    assert actions.keep_terms(at=late) == 1
    assert fresh(made.application).state == A.LAPSED
    actions.extend(
        call=call, organization=team, ends_at=late + timedelta(days=3), reason="住院",
        by=officer, at=late,
    )  # fmt: skip
    back = fresh(made.application)
    assert (back.state, back.ended_at, back.due_at) == (A.RETURNED, None, due)
    assert actions.keep_terms(at=late + timedelta(days=2)) == 0


def test_more_time_brings_nothing_back_beside_a_new_application(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin)
    actions.send_back(
        application=fresh(made.application), submission_id=made.pk, remarks={}, words="缺证明",
        due_at=NOON + timedelta(days=1), by=officer, at=NOON,
    )  # fmt: skip
    assert actions.keep_terms(at=NOON + timedelta(days=2)) == 1
    make_draft_application(call, organization=team, by=admin)
    actions.postpone_end(
        call=call, ends_at=call.ends_at + timedelta(days=9), reason="台风", by=officer, at=NOON
    )
    assert fresh(made.application).state == A.LAPSED


def test_the_organization_cannot_end_before_its_applications_are_settled(
    call: Call, team: Organization, admin: User
) -> None:
    made = make_submission(call, organization=team, by=admin)
    said = [one.sentence for one in open_work(team, at=NOON)]
    assert "1 项基金申报没有办结，请先撤回" in said
    with pytest.raises(BadInput, match="请填写撤回的原因"):
        actions.withdraw(application=fresh(made.application), words="", by=admin, at=NOON)
    actions.withdraw(application=fresh(made.application), words="人手不够", by=admin, at=NOON)
    assert [one.sentence for one in open_work(team, at=NOON) if "申报" in one.sentence] == []
    draft = make_draft_application(call, organization=team, by=admin)
    actions.end_of_organization(organization_id=team.pk, by=admin, at=NOON)
    assert fresh(draft).state == A.DISCARDED


def test_a_file_that_was_handed_in_stays_when_it_is_taken_off_later(
    call: Call, team: Organization, admin: User
) -> None:
    application = make_full_application(call, organization=team, by=admin)
    paper = make_attachment(application, by=admin)
    make_attachment(application, by=admin)
    with pytest.raises(BadInput, match="最多上传 2 个文件"):
        make_attachment(application, by=admin)
    made = hand_in(fresh(application), by=admin)
    actions.recall(application=fresh(application), by=admin, at=NOON)
    actions.remove_file(application=fresh(application), file_id=paper.pk, by=admin, at=NOON)
    shown = queries.as_submitted(made, application.form.spec.sections, {})
    assert [len(row.files) for row in shown[1].rows] == [0, 0, 2]


def test_people_hear_what_concerns_them(
    call: Call, team: Organization, admin: User, colleague: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin)
    catch_up(at=NOON)
    for person in (admin, colleague):
        assert [one.title for one in Message.objects.filter(user=person)] == ["基金申报已提交"]
    assert [one.title for one in Message.objects.filter(user=officer)] == ["收到一项基金申报"]
    actions.decline(
        application=fresh(made.application), submission_id=made.pk, words="不在支持范围",
        by=officer, at=NOON,
    )  # fmt: skip
    catch_up(at=NOON)
    newest = Message.objects.filter(user=admin).order_by("-pk")[0]
    assert newest.title == "基金申报不予受理"


def test_a_day_is_named_only_to_whom_something_is_sent_back(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin)
    actions.send_back(
        application=fresh(made.application), submission_id=made.pk, remarks={}, words="缺证明",
        due_at=SOON, by=officer, at=NOON,
    )  # fmt: skip
    catch_up(at=NOON)
    hand_in(fresh(made.application), by=admin)
    catch_up(at=NOON)
    told = Message.objects.filter(user=admin).order_by("pk").values_list("body", flat=True)
    assert ["期限 " in one for one in told] == [False, True, False]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_in_at_the_same_moment_one_does(
    call: Call, team: Organization, admin: User
) -> None:
    application = make_full_application(call, organization=team, by=admin)
    counted = at_once(lambda _: hand_in(fresh(application), by=admin), 4)
    assert counted["done"] == 1
    assert set(counted) <= {"done", "calls.was_faster", "wrong_state.submit"}
    assert application.submissions.count() == 1


ACTS: dict[str, Callable[[Application, User, User], Any]] = {
    "submit": lambda app, admin, _o: hand_in(app, by=admin),
    "recall": lambda app, admin, _o: actions.recall(application=app, by=admin, at=NOON),
    "withdraw": lambda app, admin, _o: actions.withdraw(
        application=app, words="不办了", by=admin, at=NOON
    ),
    "discard": lambda app, admin, _o: actions.discard(application=app, by=admin, at=NOON),
    "accept": lambda app, _a, officer: actions.accept(
        application=app, submission_id=app.current_id or 0, by=officer, at=NOON
    ),
    "send_back": lambda app, _a, officer: actions.send_back(
        application=app, submission_id=app.current_id or 0, remarks={}, words="改", due_at=SOON,
        by=officer, at=NOON,
    ),
    "decline": lambda app, _a, officer: actions.decline(
        application=app, submission_id=app.current_id or 0, words="不符", by=officer, at=NOON
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", [*ACTS])
def test_what_is_over_stays_over(
    call: Call, team: Organization, admin: User, officer: User, verb: str
) -> None:
    made = make_submission(call, organization=team, by=admin)
    actions.withdraw(application=fresh(made.application), words="不办了", by=admin, at=NOON)
    gone = fresh(made.application)
    with pytest.raises(Refusal):
        ACTS[verb](gone, admin, officer)
    assert fresh(gone).state == A.WITHDRAWN
    assert APP_FLOW.verbs(A.WITHDRAWN) == []

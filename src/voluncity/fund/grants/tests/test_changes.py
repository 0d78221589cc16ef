"""Change requests: the sum stays, nothing vanishes, history is kept, two never decide at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.actions import changing, steps
from voluncity.fund.grants.models import Change, Funding
from voluncity.fund.grants.rules import changes as rules
from voluncity.fund.grants.rules.changes import Line, Planned, Version
from voluncity.fund.grants.states import ChangeState, FundingState
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_grants import (
    fresh,
    make_change,
    make_funding,
    make_support,
    send_scan,
    shifted,
)
from voluncity.testing.make_people import NOON, make_user

DAY = timedelta(days=1)
C = ChangeState


def spent_too_much(funding: Funding) -> dict[int, int]:
    """Say, as the slice of the reports does, that the first line is spent."""
    first = funding.lines.order_by("place")[0]
    return {first.pk: first.fen}


@pytest.fixture
def running(fund: Fund, team: Organization, admin: User, officer: User) -> Funding:
    return make_funding(fund=fund, organization=team, admin=admin, officer=officer)


def ask(funding: Funding, after: Version, *, by: User, handle: str = "one-change") -> Change:
    return actions.ask_change(
        funding=funding, after=after, reason="保险费上涨。", seen=funding.edition, handle=handle,
        by=by, at=NOON,
    )  # fmt: skip


@pytest.mark.django_db
def test_everything_that_may_change_changes_only_when_the_office_agrees(
    running: Funding, admin: User, officer: User
) -> None:
    now = queries.version_of(running)
    first, second, third = now.lines
    late = replace(now.milestones[-1], due_on=now.ends_on + 10 * DAY)
    after = Version(
        "孙杰", now.starts_on, now.ends_on + 20 * DAY,
        (replace(first, fen=1_000_000), second, third, Line(0, "物资", "防滑垫", 200_000)),
        (*now.milestones[:-1], late, Planned(0, "回访", "回访表", now.ends_on + 15 * DAY)),
    )  # fmt: skip
    change = ask(running, after, by=admin)
    assert queries.version_of(fresh(running)) == now
    assert [one.label for one in rules.differences(now, rules.read(change.after))] == [
        "项目负责人", "结束日期", "预算：物资", "预算：物资", "里程碑 3", "新增里程碑",
    ]  # fmt: skip
    actions.approve_change(change=change, words="同意。", seen=change.edition, by=officer, at=NOON)
    held = queries.version_of(fresh(running))
    assert [(line.place, line.fen) for line in held.lines] == [
        (1, 1_000_000), (2, 500_000), (3, 300_000), (4, 200_000),
    ]  # fmt: skip
    assert (held.lead, held.ends_on) == ("孙杰", now.ends_on + 20 * DAY)
    assert [one.number for one in held.milestones] == [1, 2, 3, 4]
    assert queries.faults() == []
    # The version before is kept.
    assert rules.read(Change.objects.get().before) == now


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("twist", "words"),
    [
        (lambda now: now, "完全一样"),
        (lambda now: replace(now, lines=now.lines[1:]), "不能删行"),
        (lambda now: replace(now, lines=(replace(now.lines[0], fen=1), *now.lines[1:])), "总额"),
        (lambda now: replace(now, lines=(*now.lines, Line(0, "烟酒", "酒", 1))), "列出的"),
        (lambda now: replace(now, lines=(*now.lines, Line(0, "物资", "垫", 0))), "大于 0"),
        (lambda now: replace(now, lines=(replace(now.lines[0], what=""), *now.lines[1:])), "用途"),
        (lambda now: replace(now, milestones=now.milestones[1:]), "不能删除"),
        (lambda now: replace(now, ends_on=now.starts_on - DAY), "结束日期"),
        (lambda now: replace(now, ends_on=now.starts_on + DAY), "项目时间内"),
        (lambda now: replace(now, lead="x"), "姓名"),
        (
            lambda now: replace(
                now, milestones=(replace(now.milestones[0], title=""), *now.milestones[1:])
            ),
            "里程碑名称",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    running: Funding, admin: User, twist: Any, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        ask(running, twist(queries.version_of(running)), by=admin)
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_a_change_needs_a_reason_and_one_waits_at_a_time(running: Funding, admin: User) -> None:
    with pytest.raises(BadInput, match="变更理由"):
        actions.ask_change(
            funding=running, after=shifted(running), reason=" ", seen=running.edition,
            handle="no-reason", by=admin, at=NOON,
        )  # fmt: skip
    change = ask(running, shifted(running), by=admin)
    assert ask(running, shifted(running), by=admin) == change  # sent twice
    with pytest.raises(WrongState, match="还有一份"):
        ask(fresh(running), shifted(running), by=admin, handle="a-second")


@pytest.mark.django_db
def test_no_line_is_cut_below_what_was_spent_on_it(
    running: Funding, admin: User, officer: User, settings: Settings
) -> None:
    change = ask(running, shifted(running), by=admin)
    settings.VOLUNCITY_FUNDING_FLOORS = [f"{__name__}.spent_too_much"]
    with pytest.raises(BadInput, match="不能调到这个数以下"):
        actions.approve_change(change=change, words="", seen=1, by=officer, at=NOON)
    assert Change.objects.get().state == C.ASKED


@pytest.mark.django_db
def test_the_shares_that_the_call_allows_hold(running: Funding) -> None:
    now = queries.version_of(running)
    with pytest.raises(BadInput, match="30%"):
        rules.checked(
            now, shifted(running, 200_000), kinds=queries.kinds_of(running),
            shares={"志愿者补贴和保险": 30}, today=NOON.date(),
        )  # fmt: skip


@pytest.mark.django_db
def test_nobody_decides_their_own_change_and_a_no_has_its_reason(
    running: Funding, admin: User, officer: User
) -> None:
    change = ask(running, shifted(running), by=admin)
    with pytest.raises(NotAllowed):
        actions.approve_change(change=change, words="", seen=1, by=admin, at=NOON)
    with pytest.raises(BadInput, match="不同意的原因"):
        actions.decline_change(change=change, words="", seen=1, by=officer, at=NOON)
    actions.decline_change(change=change, words="理由不足。", seen=1, by=officer, at=NOON)
    assert (change.state, change.remark) == (C.DECLINED, "理由不足。")
    own = make_change(make_funding("running"), by=make_user("代办人"))
    with pytest.raises(NotAllowed, match="另一位"):
        actions.decline_change(change=own, words="不。", seen=1, by=own.asked_by, at=NOON)


@pytest.mark.django_db
def test_a_change_of_a_milestone_that_was_accepted_meanwhile_is_not_agreed_to(
    running: Funding, admin: User, officer: User
) -> None:
    now = queries.version_of(running)
    first, *rest = now.milestones
    change = ask(
        running, replace(now, milestones=(replace(first, title="培训 50 人"), *rest)), by=admin
    )
    milestone = running.milestones.all()[0]
    milestone.refresh_from_db()
    actions.accept_milestone(milestone=milestone, by=officer, at=NOON)
    with pytest.raises(WrongState, match="重新申请"):
        actions.approve_change(change=change, words="", seen=1, by=officer, at=NOON)
    milestone.refresh_from_db()
    assert milestone.title == first.title


@pytest.mark.django_db
def test_a_project_that_stands_still_is_not_changed(
    running: Funding, admin: User, officer: User
) -> None:
    change = ask(running, shifted(running), by=admin)
    funding = fresh(running)
    actions.suspend(funding=funding, words="核查。", seen=funding.edition, by=officer, at=NOON)
    with pytest.raises(WrongState, match="执行中的项目"):
        actions.approve_change(change=change, words="", seen=1, by=officer, at=NOON)
    assert Change.objects.get().state == C.ASKED
    actions.withdraw_change(change=Change.objects.get(), by=admin, at=NOON)
    with pytest.raises(WrongState, match="执行中的项目"):
        ask(fresh(running), shifted(running), by=admin, handle="another")


# -- At the same moment ----------------------------------------------------------------------------


def decide_at_once(change: Change, *, officers: list[User]) -> tuple[int, int]:
    """Let one agree and one say no at once; return how many got through, what the line is now."""

    def decide(number: int) -> object:
        mine = Change.objects.select_related("funding__fund__region").get(pk=change.pk)
        mine.state, mine.edition = C.ASKED, 1  # what both have read
        if number:
            return actions.decline_change(
                change=mine, words="不同意。", seen=1, by=officers[1], at=NOON
            )
        return actions.approve_change(change=mine, words="", seen=1, by=officers[0], at=NOON)

    return at_once(decide, 2)["done"], change.funding.lines.order_by("place")[0].fen


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_about_one_change_one_holds(
    running: Funding, admin: User, officer: User, colleague: User
) -> None:
    change = ask(running, shifted(running), by=admin)
    done, fen = decide_at_once(change, officers=[officer, colleague])
    change.refresh_from_db()
    assert done == 1
    assert fen == (1_190_000 if change.state == C.APPROVED else 1_200_000)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_does_not_ask_for_the_state_decides_twice(
    running: Funding,
    admin: User,
    officer: User,
    colleague: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def settle(change: Change, verb: str, seen: int, **said: Any) -> Change:
        del verb, seen, said
        return change

    change = ask(running, shifted(running), by=admin)
    monkeypatch.setattr(changing, "_settle", settle)
    assert decide_at_once(change, officers=[officer, colleague])[0] == 2


def sign_and_cancel(funding: Funding, *, officers: list[User]) -> int:
    """Let one confirm the signatures and one cancel at once; return how many got through."""
    today = NOON.date()

    def act(number: int) -> object:
        mine = fresh(funding)
        mine.state, mine.step, mine.edition = funding.state, funding.step, funding.edition
        if number:
            return actions.cancel(
                funding=mine, words="放弃。", seen=mine.edition, by=officers[1], at=NOON
            )
        return actions.sign_agreement(
            funding=mine, party_signed_on=today, fund_signed_on=today, seen=mine.edition,
            by=officers[0], at=NOON,
        )  # fmt: skip

    return at_once(act, 2)["done"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_signing_and_cancelling_one_holds(
    fund: Fund, team: Organization, admin: User, officer: User, colleague: User
) -> None:
    funding = make_support(fund, organization=team, by=officer)
    funding = send_scan(funding, party=admin, office=officer)
    assert sign_and_cancel(funding, officers=[officer, colleague]) == 1
    assert fresh(funding).state in {FundingState.RUNNING, FundingState.CANCELLED}
    assert queries.faults() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_only_looks_before_writing_signs_what_is_cancelled(
    fund: Fund,
    team: Organization,
    admin: User,
    officer: User,
    colleague: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write(funding: Funding, verb: str, *, by: User, at: Any, words: str, **changes: Any) -> Any:
        del verb, by, at, words
        Funding.objects.filter(pk=funding.pk).update(**changes)
        return funding

    funding = make_support(fund, organization=team, by=officer)
    funding = send_scan(funding, party=admin, office=officer)
    monkeypatch.setattr(steps, "_write", write)
    try:
        done = sign_and_cancel(funding, officers=[officer, colleague])
    except Exception:  # noqa: BLE001 -- the constraints of the database are the second guard
        done = 2
    assert done == 2

"""From the report to the archive: who may, what must be there, what never changes again."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from voluncity.city.files import queries as files
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.books import queries as books
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.models import Archive, Closing, Result, Scorer, Settlement, Visit
from voluncity.fund.closings.states import ClosingState, Level, Side, StandardKind, VisitState
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_calls import make_officer
from voluncity.testing.make_closings import (
    close,
    evaluate,
    fill,
    fresh,
    give_back,
    give_points,
    hand_in,
    make_archives,
    make_closing,
    make_done,
    make_scorer,
    make_visit,
    plan_visit,
    publish,
    record_visit,
    reread,
    send_back,
    writer_of,
)
from voluncity.testing.make_fund import make_resolution
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
C = ClosingState


def test_a_project_is_closed_and_its_archive_holds_every_paper(
    funding: Funding, admin: User
) -> None:
    closing = make_closing(C.CLOSED, funding, admin=admin)
    project = fresh(funding)
    assert (closing.state, project.state) == ("closed", "closed")
    settled = Settlement.objects.get(funding=funding)
    assert (settled.paid_fen, settled.spent_fen, settled.remainder_fen) == (2_000_000,) * 2 + (0,)
    make_archives(closing)
    for side in Side.values:
        archive = Archive.objects.get(closing=closing, side=side)
        assert archive.state == "ready"
        assert archive.papers == 6  # agreement, evidence, three vouchers, a picture
        _proves_its_digests(archive)
    assert queries.faults() == []


def _proves_its_digests(archive: Archive) -> None:
    assert archive.file is not None
    with files.opened(archive.file) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as book:
        lines = book.read("校验码.txt").decode().splitlines()
        listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
        assert set(book.namelist()) == {*listed, "校验码.txt"}
        for path, digest in listed.items():
            assert hashlib.sha256(book.read(path)).hexdigest() == digest
        assert "index.html" in listed
        assert book.read("结项档案.pdf").startswith(b"%PDF-")


def test_accounts_are_computed_and_a_deviation_needs_words(admin: User, team: Organization) -> None:
    funding = make_done(spent=(1_200_000, 400_000, 300_000), organization=team, admin=admin)
    closing = make_closing(C.DRAFT, funding, admin=admin)
    rows = queries.accounts(funding)
    assert [row.difference for row in rows] == [0, -100_000, 0]
    key = f"why{rows[1].key}"
    said: dict[str, Any] = {key: ""}
    closing = fill(closing, by=admin, **said)
    with pytest.raises(BadInput, match="偏差说明") as refused:
        actions.submit(closing=closing, seen=closing.edition, by=admin, at=NOON)
    assert refused.value.field == key
    assert fresh(funding).state == "running"
    hand_in(closing, by=admin)
    assert fresh(funding).state == "closing"


def test_two_who_write_do_not_write_over_each_other(funding: Funding, admin: User) -> None:
    closing = make_closing(C.DRAFT, funding, admin=admin)
    seen = closing.edition
    actions.save_report(
        closing=closing, said={"summary": "第一个人写的"}, seen=seen, by=admin, at=NOON
    )
    with pytest.raises(WrongState):
        actions.save_report(
            closing=reread(closing), said={"summary": "第二个人写的"}, seen=seen,
            by=make_user("孙杰"), at=NOON,
        )  # fmt: skip
    assert reread(closing).content["summary"] == "第一个人写的"


def test_the_office_sends_back_with_remarks_at_fields_and_reads_the_newest(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.SUBMITTED, funding, admin=admin)
    send_back(closing, by=officer)
    closing = reread(closing)
    words, remarks = queries.open_remarks(closing)
    assert (words, remarks) == ("总体情况太简单。", {"summary": "请写明服务了多少户。"})
    first = closing.current_id
    closing = hand_in(closing, by=admin)
    assert closing.submissions.count() == 2
    with pytest.raises(WrongState, match="最新"):
        actions.accept(closing=closing, submission_id=first or 0, by=officer, at=NOON)


def test_nobody_of_the_organization_decides_visits_or_scores(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.SUBMITTED, funding, admin=admin)
    with pytest.raises(NotAllowed):
        actions.accept(closing=closing, submission_id=closing.current_id or 0, by=admin, at=NOON)
    plan = actions.VisitPlan(local_date(NOON), "活动室", [admin.pk, officer.pk])
    with pytest.raises(BadInput) as refused:
        actions.plan_visit(closing=closing, plan=plan, handle="visit-0001", by=officer, at=NOON)
    assert refused.value.field == "visitors"
    actions.accept(closing=closing, submission_id=closing.current_id or 0, by=officer, at=NOON)
    with pytest.raises(BadInput):
        actions.appoint(closing=reread(closing), user_id=admin.pk, by=officer, at=NOON)


def test_one_alone_does_not_visit(funding: Funding, admin: User, officer: User) -> None:
    closing = make_closing(C.SUBMITTED, funding, admin=admin)
    plan = actions.VisitPlan(local_date(NOON), "活动室", [officer.pk])
    with pytest.raises(BadInput, match="2 到 8 人"):
        actions.plan_visit(closing=closing, plan=plan, handle="visit-0002", by=officer, at=NOON)


def test_the_objection_of_the_organization_to_a_visit_is_kept(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin)
    visit, went = plan_visit(closing, by=officer)
    record_visit(visit, by=went)
    assert "等组织确认" in actions.unready(reread(closing), at=NOON)[0]
    actions.answer_visit(visit=visit, agrees=False, words="设备放在另一处。", by=admin, at=NOON)
    visit.refresh_from_db()
    assert (visit.state, visit.answer) == (VisitState.OBJECTED, "设备放在另一处。")
    with pytest.raises(WrongState):
        actions.answer_visit(visit=visit, agrees=True, words="", by=admin, at=NOON)


def test_a_shortcoming_is_said(funding: Funding, admin: User, officer: User) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin)
    visit, went = plan_visit(closing, by=officer)
    answers = {item.pk: actions.Found("no", "") for item in visit.standard.items.all()}
    with pytest.raises(BadInput, match="说明"):
        actions.record_visit(
            visit=visit, answers=answers, findings="有问题。", photos=[], by=went, at=NOON
        )
    assert Visit.objects.get().state == VisitState.PLANNED


def test_a_later_list_does_not_change_an_earlier_visit(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin)
    visit, _ = plan_visit(closing, by=officer)
    later = local_date(NOON) + timedelta(days=1)
    second = actions.write_standard(
        fund=funding.fund, kind=StandardKind.VISIT, text="看场地 | 到现场", valid_from=later,
        by=officer, at=NOON,
    )  # fmt: skip
    assert (second.number, visit.standard.number) == (2, 1)
    assert visit.standard.items.count() == 6


def test_weights_sum_to_a_hundred(funding: Funding, officer: User) -> None:
    with pytest.raises(BadInput, match="现在是 90%"):
        actions.write_standard(
            fund=funding.fund, kind=StandardKind.SCORE, text="目标 | 看 | 50%\n成效 | 看 | 40%",
            valid_from=local_date(NOON), by=officer, at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("points", "level"),
    [((90, 90), "excellent"), ((90, 89), "good"), ((60, 60), "passed"), ((60, 59), "failed")],
)
def test_the_mean_of_scores_gives_the_level(
    funding: Funding, admin: User, officer: User, points: tuple[int, int], level: str
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin)
    make_visit(closing, by=officer, admin=admin)
    evaluate(closing, points, by=officer)
    result = publish(closing, by=officer)
    assert (result.level, result.score) == (Level(level), sum(points) * 50)


def test_nothing_is_published_before_everybody_has_scored(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin)
    missing = actions.unready(closing, at=NOON)
    assert missing == ["这个项目需要现场评估，还没有安排", "至少要有 2 人评分，现在有 0 人"]
    with pytest.raises(WrongState, match="还不能公布"):
        publish(closing, by=officer)


def test_points_are_given_once_and_ties_are_said(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin)
    place = give_points(make_scorer(closing, "冯洁", by=officer), 88)
    with pytest.raises(WrongState):
        give_points(place, 100)
    other = make_scorer(closing, "孔德明", by=officer)
    actions.recuse(closing=reread(closing), words="配偶在该组织任职。", by=other.user, at=NOON)
    assert Scorer.objects.get(pk=other.pk).state == "recused"
    with pytest.raises(WrongState):
        give_points(other, 100)


def test_an_objection_is_possible_once_and_answered_by_another(
    funding: Funding, admin: User
) -> None:
    closing = make_closing(C.EVALUATED, funding, admin=admin)
    publisher = Result.objects.get().made_by
    actions.object_to(closing=closing, words="服务成效评分偏低。", by=admin, at=NOON)
    with pytest.raises(WrongState, match="一次"):
        actions.object_to(closing=reread(closing), words="再来一次。", by=admin, at=NOON)
    said: dict[str, Any] = {
        "is_right": True, "points": 91, "words": "补充材料属实。", "at": NOON
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.answer_objection(closing=reread(closing), by=publisher, **said)
    with pytest.raises(WrongState, match="没有答复"):
        close(closing, by=make_officer(funding.fund.region, "方明"))
    other = make_officer(funding.fund.region, "王素梅")
    actions.answer_objection(closing=reread(closing), by=other, **said)
    closing = reread(closing)
    assert closing.result is not None
    assert (closing.result.number, closing.result.level) == (2, Level.EXCELLENT)


def test_an_objection_that_comes_too_late_is_refused(funding: Funding, admin: User) -> None:
    closing = make_closing(C.EVALUATED, funding, admin=admin)
    with pytest.raises(WrongState, match="已经过了"):
        actions.object_to(closing=closing, words="太晚了。", by=admin, at=NOON + timedelta(days=30))


def test_who_evaluated_does_not_close(funding: Funding, admin: User) -> None:
    closing = make_closing(C.EVALUATED, funding, admin=admin)
    actions.take_result(closing=closing, by=admin, at=NOON)
    for person in (closing.scorers.all()[0].user, Result.objects.get().made_by):
        with pytest.raises(NotAllowed, match="不能办理结项"):
            close(closing, by=person)
    assert reread(closing).state == C.EVALUATED


def test_money_that_is_left_comes_back_or_is_explained_by_a_resolution(
    team: Organization, admin: User
) -> None:
    funding = make_done(spent=(1_200_000, 460_000, 300_000), organization=team, admin=admin)
    closing = make_closing(C.EVALUATED, funding, admin=admin)
    actions.take_result(closing=closing, by=admin, at=NOON)
    closer = make_officer(funding.fund.region, "方明")
    with pytest.raises(BadInput, match="余款 400 元"):
        close(closing, by=closer)
    assert not Settlement.objects.exists()
    give_back(funding, 30_000)
    resolution = make_resolution(funding.fund, "余款留用")
    close(closing, by=closer, resolution=resolution, words="用于设备维护。")
    settled = Settlement.objects.get()
    assert (settled.returned_fen, settled.remainder_fen) == (30_000, 10_000)
    assert settled.released_fen == 30_000  # what came back was reserved again


def test_what_was_never_paid_goes_back_to_its_purse(team: Organization, admin: User) -> None:
    funding = make_done(spent=(1_000_000, 0, 0), paid=(1_000_000,), organization=team, admin=admin)
    free = books.available(funding.fund, None)
    closing = make_closing(C.CLOSED, funding, admin=admin)
    assert closing.state == C.CLOSED
    assert Settlement.objects.get().released_fen == 1_000_000
    assert books.available(funding.fund, None) == free + 1_000_000


def test_what_a_project_spent_beyond_its_money_is_its_own(team: Organization, admin: User) -> None:
    funding = make_done(paid=(1_500_000,), organization=team, admin=admin)
    make_closing(C.CLOSED, funding, admin=admin)
    settled = Settlement.objects.get()
    assert (settled.spent_fen, settled.own_fen, settled.remainder_fen) == (1_500_000, 500_000, 0)


def test_a_terminated_project_is_settled_the_same_way(team: Organization, admin: User) -> None:
    funding = make_done(spent=(100_000, 0, 0), paid=(500_000,), organization=team, admin=admin)
    resolution = make_resolution(funding.fund, "终止资助")
    officer = make_officer(funding.fund.region)
    grants.terminate(
        funding=funding, resolution=resolution, words="不再实施。", seen=funding.edition,
        by=officer, at=NOON,
    )  # fmt: skip
    with pytest.raises(BadInput, match="余款 4,000 元"):
        actions.settle(funding=fresh(funding), by=officer, at=NOON)
    give_back(funding, 400_000)
    settled = actions.settle(funding=fresh(funding), by=officer, at=NOON)
    assert settled.released_fen == 1_900_000
    with pytest.raises(WrongState, match="已经结清"):
        actions.settle(funding=fresh(funding), by=officer, at=NOON)


def test_a_cancelled_project_has_nothing_left(db: None) -> None:
    funding = make_funding("cancelled")
    settled = actions.settle(funding=funding, by=None, at=NOON)
    assert (settled.paid_fen, settled.remainder_fen, settled.released_fen) == (0, 0, 0)


def test_after_the_closing_the_database_refuses_changes(funding: Funding, admin: User) -> None:
    closing = make_closing(C.CLOSED, funding, admin=admin)
    for change in (
        lambda: Closing.objects.filter(pk=closing.pk).update(content={}),
        lambda: Visit.objects.filter(closing=closing).update(findings="改过"),
        lambda: Scorer.objects.filter(closing=closing).update(score=10_000),
        lambda: Result.objects.filter(closing=closing).update(score=10_000),
        lambda: Settlement.objects.filter(funding=funding).update(words="改过"),
        lambda: closing.submissions.update(served=99),
        lambda: Settlement.objects.filter(funding=funding).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_mistake_is_noted_beside_and_makes_another_archive(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.CLOSED, funding, admin=admin)
    make_archives(closing)
    for _ in range(2):  # a form that is sent twice adds one
        actions.add_addendum(
            closing=closing, words="服务人次应为 598。", handle="addendum-0001", by=officer, at=NOON
        )
    assert closing.addenda.count() == 1
    assert {one.number for one in closing.archives.all()} == {1, 2}
    newest = queries.archive_of(closing, Side.OFFICE)
    assert newest is not None
    assert newest.number == 1  # until the second is made
    make_archives(closing)


def test_an_archive_whose_worker_was_killed_is_made_by_another(
    funding: Funding, admin: User
) -> None:
    closing = make_closing(C.CLOSED, funding, admin=admin)
    archive = closing.archives.filter(side=Side.OFFICE).get()
    assert actions.LEASE.take(archive, at=NOON)  # and then it was killed
    actions.make_archive(archive_id=archive.pk, clock=lambda: NOON)
    archive.refresh_from_db()
    assert archive.state == "waiting"
    later = NOON + timedelta(minutes=5)
    assert archive.pk in actions.silent_archives(at=later)
    actions.make_archive(archive_id=archive.pk, clock=lambda: later)
    archive.refresh_from_db()
    assert archive.state == "ready"


def test_reports_under_way_keep_a_project_open(funding: Funding, admin: User) -> None:
    from voluncity.testing.make_closings import begin_report

    begin_report(funding, by=admin)
    closing = fill(make_closing(C.DRAFT, funding, admin=admin), by=admin)
    with pytest.raises(WrongState, match="进展报告"):
        actions.submit(closing=closing, seen=closing.edition, by=admin, at=NOON)


def test_a_project_that_is_not_finished_goes_back_to_its_work(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.SUBMITTED, funding, admin=admin)
    actions.reopen(
        closing=closing, words="第三个里程碑没有做。", seen=closing.edition, by=officer, at=NOON
    )
    assert (reread(closing).state, fresh(funding).state) == ("draft", "running")


def test_closings_begin_by_themselves_and_remind(db: None) -> None:
    funding = make_done(ends_on=local_date(NOON) - timedelta(days=1))
    assert actions.keep_terms(at=NOON) == 1
    closing = Closing.objects.get(funding=funding)
    assert closing.due_on == local_date(NOON) + timedelta(days=29)
    late = NOON + timedelta(days=32)
    for _ in range(2):
        actions.keep_terms(at=late)
    assert closing.days_late(late) == 3
    from voluncity.city.inbox.models import Message

    told = Message.objects.filter(title="结项报告逾期了")
    assert told.count() == len(queries.leaves(funding))
    assert reread(closing).due_on == closing.due_on


def test_every_step_is_in_the_journal_without_words(funding: Funding, admin: User) -> None:
    make_closing(C.CLOSED, funding, admin=admin)
    entries = Entry.objects.filter(verb__startswith="closings.")
    verbs = set(entries.values_list("verb", flat=True))
    assert {
        "closings.begin", "closings.submit", "closings.accept", "closings.plan_visit",
        "closings.record_visit", "closings.agree_visit", "closings.appoint", "closings.score",
        "closings.publish", "closings.take", "closings.close",
    } <= verbs  # fmt: skip
    assert all(isinstance(value, int | str) for one in entries for value in one.data.values())
    assert "老人" not in "".join(str(one.data) for one in entries)


def test_somebody_who_was_faster_is_named(funding: Funding, admin: User) -> None:
    closing = make_closing(C.DRAFT, funding, admin=admin)
    stale = reread(closing)
    fill(closing, by=admin)
    with pytest.raises(Refusal) as refused:
        actions.submit(closing=stale, seen=stale.edition, by=writer_of(funding), at=NOON)
    assert "李桂芳" in refused.value.sentence

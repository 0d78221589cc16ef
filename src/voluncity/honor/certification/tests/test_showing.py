"""What is shown, what an objection takes out, and that each star is given once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User
from voluncity.city.people.states import Purpose
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.city.publicity.states import NoticeKind, NoticeState
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions, queries, rules
from voluncity.honor.certification.actions import granting
from voluncity.honor.certification.models import Batch, Candidate, Honor
from voluncity.honor.certification.states import BatchState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.testing.make_certification import (
    make_batch,
    make_certified,
    make_ladder,
    make_shown,
    make_veteran,
    standing,
)
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    user_of,
)
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# -- Publicity and what follows ------------------------------------------------------------------


def test_the_list_is_shown_masked_and_one_objection_takes_one_out(
    city: Region, office: User
) -> None:
    make_ladder()
    first, second = make_veteran("王小芳", 960), make_veteran("李强", 240)
    batch = make_shown(make_batch(city, by=office), by=office)
    notice = Notice.objects.get()
    assert (notice.kind, notice.workdays) == (NoticeKind.STARS, 5)
    labels = [part.label for part in notice.parts.all()]
    assert labels == [
        f"五星级　王*芳　{first.region.name}　编号尾号 {first.number[-4:]}",
        f"三星级　李*　{second.region.name}　编号尾号 {second.number[-4:]}",
    ]
    objection = publicity.object_to(
        notice_id=notice.pk, text="他没有来过我们社区。", number=2, by=make_user(), at=NOON
    )
    publicity.answer(
        objection_id=objection.pk, is_upheld=True, text="属实。", by=make_user(), at=NOON
    )
    later = NOON + 30 * DAY
    publicity.finish_due(today=local_date(later), at=later)
    catch_up(at=later)
    catch_up(at=later)
    assert standing(batch) == {"王小芳": (5, "certified"), "李强": (3, "removed")}
    [honor] = Honor.objects.all()
    assert (honor.volunteer, honor.kind, honor.grade) == (first, "stars", 5)
    assert queries.is_genuine(honor)
    assert Message.objects.filter(user=user_of(first)).count() == 2  # shown, certified
    titles = Message.objects.filter(user=user_of(second)).values_list("title", flat=True)
    assert "您已从三星级拟认定名单移出" in titles


def test_an_objection_to_the_whole_opens_the_batch_again(city: Region, office: User) -> None:
    make_ladder()
    make_veteran()
    batch = make_shown(make_batch(city, by=office), by=office)
    objection = publicity.object_to(
        notice_id=batch.notice_id or 0, text="统计的范围不对。", by=make_user(), at=NOON
    )
    publicity.answer(
        objection_id=objection.pk, is_upheld=True, text="重新核对。", by=make_user(), at=NOON
    )
    catch_up(at=NOON)
    batch.refresh_from_db()
    assert (batch.state, batch.notice) == (BatchState.OPEN, None)
    assert not Honor.objects.exists()


def test_nothing_is_shown_before_everybody_is_decided(city: Region, office: User) -> None:
    make_ladder()
    make_veteran()
    batch = make_batch(city, by=office)
    with pytest.raises(Refusal, match="还有 1 人没有审核"):
        actions.show_batch(batch_id=batch.pk, by=office, at=NOON)
    actions.decide(batch_id=batch.pk, candidate_ids=[batch.candidates.get().pk], verb="reject",
                   reason="材料不实。", by=office, at=NOON)  # fmt: skip
    with pytest.raises(Refusal, match="没有拟认定的人"):
        actions.show_batch(batch_id=batch.pk, by=office, at=NOON)


def test_who_declines_leaves_the_list_and_the_last_one_ends_it(city: Region, office: User) -> None:
    make_ladder()
    volunteer = make_veteran()
    batch = make_shown(make_batch(city, by=office), by=office)
    one = batch.candidates.get()
    with pytest.raises(NotFound):
        actions.decline(candidate_id=one.pk, by=make_user(), at=NOON)
    actions.decline(candidate_id=one.pk, by=user_of(volunteer), at=NOON)
    assert standing(batch) == {"王芳": (3, "declined")}
    assert Notice.objects.get().state == NoticeState.OVERTURNED


def test_who_left_meanwhile_gets_nothing(city: Region, office: User) -> None:
    make_ladder()
    gone = make_veteran("王芳", 240)
    make_veteran("李强", 240)
    batch = make_shown(make_batch(city, by=office), by=office)
    gone.closed_at = NOON
    gone.save()
    actions.certify_batch(batch_id=batch.pk, at=NOON)
    assert standing(batch) == {"王芳": (3, "skipped"), "李强": (3, "certified")}


def test_a_later_ladder_changes_nothing_that_was_certified(city: Region, office: User) -> None:
    make_ladder()
    make_veteran("王芳", 240)
    batch = make_batch(city, by=office)
    [honor] = make_certified(batch, by=office)
    frozen = dict(honor.facts)
    make_ladder(valid_from=date(2026, 11, 25), grades={"months": 99})
    honor.refresh_from_db()
    batch.refresh_from_db()
    assert (honor.facts, queries.is_genuine(honor)) == (frozen, True)
    assert frozen["asked"]["minutes"] == 240
    assert queries.rule_for(batch.ladder).rungs[2].least["months"] == 0


# -- Each honor once -----------------------------------------------------------------------------


def _rivals(city: Region, office: User) -> tuple[Batch, Batch]:
    """Return two shown batches with the same person for the same star."""
    make_ladder()
    county = make_county()
    make_veteran("王芳", 240, region=make_region("金刚里社区", parent=county))
    return (
        make_shown(make_batch(city, by=office), by=office),
        make_shown(make_batch(county, by=office), by=office),
    )


def test_two_batches_at_the_same_moment_give_one_star(city: Region, office: User) -> None:
    mine, other = _rivals(city, office)
    with rival_before("INSERT", lambda: actions.certify_batch(batch_id=other.pk, at=NOON)):
        actions.certify_batch(batch_id=mine.pk, at=NOON)
    assert Honor.objects.filter(revoked_at=None).count() == 1
    assert (standing(mine), standing(other)) == (
        {"王芳": (3, "skipped")}, {"王芳": (3, "certified")},
    )  # fmt: skip


def test_saboteur_who_inserts_without_looking_at_the_constraint_fails(
    city: Region, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = _rivals(city, office)

    def insert(batch: Batch, fit: list[Candidate], *, at: datetime) -> list[Honor]:
        serials = rules.fresh_serials(batch.kind, len(fit), at=at)
        return Honor.objects.bulk_create(
            granting._honor(batch, one, serial, at)
            for one, serial in zip(fit, serials, strict=True)
        )

    actions.certify_batch(batch_id=other.pk, at=NOON)
    monkeypatch.setattr(granting, "_insert", insert)
    monkeypatch.setattr(granting, "_best", lambda *_: {})
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.certify_batch(batch_id=mine.pk, at=NOON)


def test_a_batch_is_certified_once(city: Region, office: User) -> None:
    make_ladder()
    make_veteran()
    batch = make_shown(make_batch(city, by=office), by=office)
    assert actions.certify_batch(batch_id=batch.pk, at=NOON)
    assert not actions.certify_batch(batch_id=batch.pk, at=NOON)
    assert Honor.objects.count() == 1


def test_a_taken_serial_is_drawn_anew(
    city: Region, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ladder()
    make_veteran("王芳", 240)
    make_veteran("李强", 480)
    batch = make_batch(city, by=office)
    [first, _] = make_certified(batch, by=office)
    make_veteran("赵敏", 240)
    again = make_shown(make_batch(city, by=office, at=NOON + 40 * DAY), by=office)
    drawn = iter([[first.serial], ["XJ2026112400000001"]])
    monkeypatch.setattr(rules, "fresh_serials", lambda *_, **__: next(drawn))
    actions.certify_batch(batch_id=again.pk, at=NOON)
    assert again.honors.get().serial == "XJ2026112400000001"


# -- The public list ---------------------------------------------------------------------------


def test_the_list_that_stays_names_only_who_agreed_and_is_grown_up(
    city: Region, office: User
) -> None:
    make_ladder()
    both = (Purpose.TERMS, Purpose.RANKING)
    shown = make_veteran("王芳", 240, consents=both)
    make_veteran("李强", 240)
    make_veteran("小满", 240, consents=both, born_on=date(2012, 1, 1))
    batch = make_batch(city, by=office)
    make_certified(batch, by=office)
    on = local_date(NOON)
    assert [one.volunteer for one in queries.shown_honors(batch, on=on)] == [shown]
    assert queries.live_honors(batch).count() == 3
    shown.consents.filter(purpose=Purpose.RANKING).update(withdrawn_at=NOON)
    assert not queries.shown_honors(batch, on=on).exists()

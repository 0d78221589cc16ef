"""Two write at once: no words are lost, and whoever comes second decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.actions import Typed, filling
from voluncity.fund.calls.models import Answer, Application, Call, Former
from voluncity.fund.calls.spec import Mark, digest_of
from voluncity.fund.calls.states import FormerReason
from voluncity.kernel.refusals import WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_calls import (
    fresh,
    make_draft_application,
    make_submission,
    mark,
    type_in,
)
from voluncity.testing.make_people import NOON, make_user

LATER = NOON + timedelta(minutes=1)


def save(application: Application, raw: str, seen: Mark, *, by: User) -> actions.Saved:
    return actions.save_answers(
        application=application, sent={"summary": Typed(raw, seen)}, by=by, at=LATER
    )


def stands(application: Application) -> str:
    return str(Answer.objects.get(application=application, key="summary").raw)


@pytest.fixture
def draft(call: Call, team: Organization, admin: User) -> Application:
    return make_draft_application(call, organization=team, by=admin)


@pytest.mark.django_db
def test_who_comes_second_sees_both_texts_and_decides(
    draft: Application, admin: User, colleague: User
) -> None:
    begun = mark(draft, "summary")
    save(draft, "李桂芳写的", begun, by=admin)
    saved = save(draft, "孙杰写的", begun, by=colleague)
    clash = saved.clashes["summary"]
    assert (clash.mine, clash.theirs.raw, clash.theirs.written_by) == (
        "孙杰写的", "李桂芳写的", admin,
    )  # fmt: skip
    assert stands(draft) == "李桂芳写的"
    assert [*queries.open_clashes(draft, colleague)] == ["summary"]
    assert queries.open_clashes(draft, admin) == {}
    save(draft, "两人合写的", mark(draft, "summary"), by=colleague)
    assert stands(draft) == "两人合写的"
    assert queries.open_clashes(draft, colleague) == {}
    kept = Former.objects.filter(application=draft).order_by("pk")
    assert [(one.raw, one.written_by, one.reason) for one in kept] == [
        ("孙杰写的", colleague, FormerReason.CLASH),
        ("李桂芳写的", admin, FormerReason.OVER),
    ]


@pytest.mark.django_db
def test_who_takes_the_other_text_keeps_their_own_among_the_former_ones(
    draft: Application, admin: User, colleague: User
) -> None:
    begun = mark(draft, "summary")
    save(draft, "李桂芳写的", begun, by=admin)
    for words in ("孙", "孙杰", "孙杰写的"):  # the page saves itself again and again
        save(draft, words, begun, by=colleague)
    actions.leave_theirs(application=draft, key="summary", by=colleague, at=LATER)
    assert (stands(draft), queries.open_clashes(draft, colleague)) == ("李桂芳写的", {})
    assert [one.raw for one in Former.objects.filter(application=draft)] == ["孙杰写的"]


@pytest.mark.django_db
def test_fields_that_nobody_touched_clash_with_nothing(
    draft: Application, admin: User, colleague: User
) -> None:
    save(draft, "第一稿", mark(draft, "summary"), by=admin)
    old = mark(draft, "summary")
    save(draft, "第二稿", old, by=admin)
    edition = fresh(draft).edition
    saved = actions.save_answers(
        application=draft, by=colleague, at=LATER,
        sent={"summary": Typed("第一稿", old), "title": Typed("新名称", Mark())},
    )  # fmt: skip
    assert ([*saved.written], saved.clashes) == (["title"], {})
    assert (stands(draft), fresh(draft).title) == ("第二稿", "新名称")
    unchanged = actions.save_answers(
        application=draft, sent={"summary": Typed("第一稿", old)}, by=colleague, at=LATER
    )
    assert (unchanged.written, fresh(draft).edition) == ({}, edition + 1)


@pytest.mark.django_db
def test_words_that_come_after_it_was_handed_in_are_kept(
    call: Call, team: Organization, admin: User, colleague: User
) -> None:
    application = fresh(make_submission(call, organization=team, by=admin).application)
    with pytest.raises(WrongState, match="没有丢"):
        type_in(application, by=colleague, summary="来晚了的话")
    assert stands(application) != "来晚了的话"
    late = Former.objects.get(application=application, reason=FormerReason.LATE)
    assert (late.raw, late.written_by) == ("来晚了的话", colleague)


@pytest.mark.django_db
def test_a_line_that_is_taken_off_comes_back_with_its_words(
    draft: Application, admin: User
) -> None:
    number = actions.add_line(application=draft, by=admin, at=NOON).number
    typed: dict[str, Any] = {f"b{number}_what": "租车"}
    type_in(draft, by=admin, **typed)
    actions.remove_line(application=draft, number=number, by=admin, at=NOON)
    assert queries.written(draft).draft.lines == ()
    actions.restore_line(application=draft, number=number, by=admin, at=NOON)
    assert queries.written(draft).draft.lines == (number,)
    assert queries.written(draft).draft.raw[f"b{number}_what"] == "租车"


# -- Random steps of two editors -------------------------------------------------------------------

WORDS = st.sampled_from(["甲", "乙", "丙", "丁", ""])
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(["save", "look", "settle"]), WORDS),
    max_size=12,
)


def lost(application: Application, sent: list[tuple[User, str, Mark]]) -> list[str]:
    """Return every text that is nowhere though its writer put nothing of theirs over it.

    A writer's own next text replaces theirs: they have seen it. Everything else must stand in the
    field or be kept.
    """
    kept = {(one.written_by_id, one.raw) for one in Former.objects.filter(application=application)}
    answer = Answer.objects.filter(application=application, key="summary").first()
    stands_there = {(answer.written_by_id, answer.raw)} if answer else set()
    last: dict[int, str] = {}
    for person, raw, _ in sent:
        last[person.pk] = raw
    return [raw for pk, raw in last.items() if raw and (pk, raw) not in kept | stands_there]


@pytest.mark.django_db(transaction=False)
@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=STEPS)
def test_random_steps_of_two_editors_never_lose_a_text(
    draft: Application, admin: User, colleague: User, steps: list[tuple[int, str, str]]
) -> None:
    people = (admin, colleague)
    Answer.objects.filter(application=draft).delete()
    Former.objects.filter(application=draft).delete()
    looks = [Mark(), Mark()]
    sent: list[tuple[User, str, Mark]] = []
    for number, (who, act, letter) in enumerate(steps):
        raw = f"{letter}{number}" if letter else ""
        if act != "save":
            looks[who] = mark(draft, "summary")
        if act == "look":
            continue
        saved = save(draft, raw, looks[who], by=people[who])
        if digest_of(raw) != looks[who].digest:
            sent.append((people[who], raw, looks[who]))
        if "summary" in saved.written:
            looks[who] = mark(draft, "summary")
    assert lost(draft, sent) == []


def write_over(
    application: Application, changed: dict[str, Typed], *, by: User, at: datetime
) -> actions.Saved:
    """Write without asking which words stood there."""
    Answer.objects.update_or_create(
        application=application, key="summary",
        defaults={"raw": changed["summary"].raw, "written_by": by, "written_at": at},
    )  # fmt: skip
    return actions.Saved()


@pytest.mark.django_db
def test_saboteur_who_does_not_ask_for_the_edition_loses_a_text(
    draft: Application, admin: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "_save", write_over)
    sent = [(admin, "甲", Mark()), (colleague, "乙", Mark())]
    for person, raw, seen in sent:
        save(draft, raw, seen, by=person)
    assert lost(draft, sent) == ["甲"]


# -- At the same moment ----------------------------------------------------------------------------


def texts_of_a_crowd(application: Application, size: int = 8) -> set[str]:
    """Let many write into one field at once; return every text that is left anywhere."""
    crowd = [make_user(f"管理员{number}") for number in range(size)]
    counted = at_once(
        lambda number: save(application, f"第 {number} 人", Mark(), by=crowd[number]), size
    )
    assert counted == {"done": size}
    formers = Former.objects.filter(application=application)
    return {stands(application), *formers.values_list("raw", flat=True)}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_write_one_text_and_keep_all_others(
    call: Call, team: Organization, admin: User
) -> None:
    draft = make_draft_application(call, organization=team, by=admin)
    assert texts_of_a_crowd(draft) == {f"第 {number} 人" for number in range(8)}
    assert Answer.objects.get(application=draft).edition == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_writes_over_loses_the_texts_of_a_crowd(
    call: Call, team: Organization, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_draft_application(call, organization=team, by=admin)
    monkeypatch.setattr(filling, "_save", write_over)
    assert len(texts_of_a_crowd(draft)) == 1

"""The clock of a chapter is honest, tests are drawn and limited, passing gives the certificate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.city.people.queries import Minutes
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, TooMany, WrongState
from voluncity.service.teaching import queries as teaching
from voluncity.service.training import actions as training
from voluncity.service.training import queries as trained
from voluncity.service.training.models import TrainingRecord
from voluncity.testing.make_classes import (
    answers_of,
    make_attempt,
    make_class,
    make_course,
    make_learner,
    make_read,
    page_number,
)
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_guardian,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.models import Attempt, Page, Progress, Reading

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def _beat(page: Page, by: User, seconds: int, position: int = 0) -> int:
    at = NOON + timedelta(seconds=seconds)
    return actions.beat(page=page, position=position, by=by, at=at).seconds


def test_a_chapter_counts_the_seconds_between_signs_of_life_by_the_servers_clock() -> None:
    page, by = page_number(make_class(), 1), make_user()
    assert [_beat(page, by, second) for second in (0, 20, 40)] == [0, 20, 40]
    # A page that slept for an hour counts one minute, and a clock that goes back counts nothing.
    assert _beat(page, by, 3640) == 100
    assert _beat(page, by, 100) == 100


def test_two_chapters_that_are_open_at_once_share_the_clock() -> None:
    revision, by = make_class(), make_user()
    one, two = page_number(revision, 1), page_number(revision, 2)
    for second in range(0, 60, 10):
        _beat(one, by, second)
        _beat(two, by, second + 5)
    assert sum(Reading.objects.values_list("seconds", flat=True)) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.filter(user=by).update(is_running=True)


def test_a_chapter_is_read_only_after_its_least_time() -> None:
    revision, by = make_class(), make_user()
    page = page_number(revision, 1)
    _beat(page, by, 0)
    with pytest.raises(Refusal) as refused:
        actions.finish_chapter(page=page, by=by, at=NOON + timedelta(seconds=20))
    assert refused.value.sentence == "还没有学够时间，请再看 10 秒。"
    done = actions.finish_chapter(page=page, by=by, at=NOON + timedelta(seconds=30))
    assert done.done_at == NOON + timedelta(seconds=30)
    again = actions.finish_chapter(page=page, by=by, at=LATER)
    assert again.done_at == done.done_at


def test_who_never_opened_a_chapter_has_not_read_it() -> None:
    with pytest.raises(Refusal):
        actions.finish_chapter(page=page_number(make_class(), 1), by=make_user(), at=LATER)
    assert Progress.objects.filter(finished_at__isnull=False).count() == 0


def test_progress_remembers_where_one_stopped_and_when_all_was_read() -> None:
    revision, by = make_class(), make_user()
    _beat(page_number(revision, 2), by, 0, position=250)
    progress = Progress.objects.get(user=by)
    assert (progress.chapter, progress.finished_at) == (page_number(revision, 2).chapter, None)
    done_at = make_read(revision, by)
    progress.refresh_from_db()
    assert progress.finished_at == done_at
    assert set(Reading.objects.values_list("position", flat=True)) == {100}


def test_the_test_opens_when_all_chapters_are_read() -> None:
    revision, by = make_class(), make_user()
    make_read(revision, by, chapters=1)
    with pytest.raises(Refusal) as refused:
        actions.start_test(revision=revision, by=by, at=LATER)
    assert refused.value.sentence == "还有 1 章没有学完，学完再来测验。"


def test_questions_are_drawn_once_and_stay_until_the_test_is_handed_in() -> None:
    revision = make_class(questions=9, draws=3)
    by = user_of(make_learner(revision))
    attempt = actions.start_test(revision=revision, by=by, at=LATER)
    assert len(set(attempt.drawn)) == 3
    assert set(attempt.drawn) <= set(revision.questions.values_list("pk", flat=True))
    assert actions.start_test(revision=revision, by=by, at=LATER) == attempt


def test_a_test_is_handed_in_wholly_once_and_by_its_owner() -> None:
    revision = make_class()
    by = user_of(make_learner(revision))
    attempt = actions.start_test(revision=revision, by=by, at=LATER)
    answers = answers_of(attempt)
    first = attempt.drawn[0]
    for wrong in ({}, {first: [0]}, answers | {first: [9]}, answers | {first: [-1]}):
        with pytest.raises(BadInput):
            actions.hand_in(attempt=attempt, answers=wrong, by=by, at=LATER)
    with pytest.raises(NotFound):
        actions.hand_in(attempt=attempt, answers=answers, by=make_user(), at=LATER)
    with pytest.raises(WrongState):
        actions.hand_in(attempt=attempt, answers=answers, by=by, at=LATER + timedelta(days=1))
    again = Attempt.objects.get(pk=attempt.pk)
    done = actions.hand_in(attempt=attempt, answers=answers, by=by, at=LATER)
    assert (done.percent, done.is_passed) == (100, True)
    with pytest.raises(WrongState):
        actions.hand_in(attempt=again, answers=answers, by=by, at=LATER)
    with pytest.raises(Refusal) as refused:
        actions.start_test(revision=revision, by=by, at=LATER)
    assert refused.value.code == "classes.passed"


def test_half_the_right_answers_of_a_multiple_question_are_none() -> None:
    revision = make_class(questions=0)
    question = actions.load_questions(revision, [])
    assert list(question) == []
    from voluncity.voice.classes.rules import is_right, percent

    assert [is_right([0, 2], said) for said in ([0, 2], [2, 0], [0], [0, 1, 2])] == [
        True, True, False, False,
    ]  # fmt: skip
    assert (percent(2, 3), percent(3, 3), percent(0, 3)) == (66, 100, 0)


def test_tries_are_counted_by_day() -> None:
    revision = make_class(tries=2)
    by = user_of(make_learner(revision))
    for number in (1, 2):
        made = make_attempt(revision, by, right=False)
        assert (made.number, made.percent, made.is_passed) == (number, 0, False)
    with pytest.raises(TooMany) as refused:
        actions.start_test(revision=revision, by=by, at=LATER)
    assert refused.value.sentence == "今天的 2 次已经用完，请明天再测。"
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            user=by, revision=revision, micro_class=revision.micro_class, day=TODAY, number=2,
            started_at=LATER, drawn=[],
        )  # fmt: skip
    assert make_attempt(revision, by, at=LATER + timedelta(days=1)).number == 1


def test_passing_gives_the_certificate_that_conditions_ask_for_and_no_hours() -> None:
    course = make_course()
    revision = make_class(course_id=course.pk)
    volunteer = make_learner(revision)
    user = user_of(volunteer)
    assert not trained.has_passed(volunteer.pk, course.pk, TODAY)
    attempt = make_attempt(revision, user)
    record = attempt.record
    assert record is not None
    assert (record.minutes, record.organization) == (6, revision.micro_class.organization)
    assert trained.has_passed(volunteer.pk, course.pk, TODAY)
    assert people.minutes_of(volunteer.pk) == Minutes(0, 0)
    duty = teaching.duty_of(volunteer, at=LATER)
    assert duty is not None
    assert duty.done == 1
    catch_up(at=LATER)
    assert Message.objects.get(user=user).title == "测验通过，证书已发放"


def test_after_the_certificate_was_revoked_the_test_may_be_taken_again() -> None:
    revision = make_class(course_id=make_course().pk)
    user = user_of(make_learner(revision))
    attempt = make_attempt(revision, user)
    assert attempt.record is not None
    training.revoke_training(
        record_id=attempt.record.pk, reason="登记有误", by=make_user("文明办"), at=LATER
    )
    again = make_attempt(revision, user, at=LATER + timedelta(minutes=5))
    assert again.record is not None
    assert again.record != attempt.record
    assert TrainingRecord.objects.filter(revoked_at=None).count() == 1


def test_a_certificate_needs_a_verified_volunteer_with_a_guardian_where_one_is_due() -> None:
    revision = make_class(course_id=make_course().pk)
    guest, unverified = make_user("游客"), make_volunteer("未实名", verified=False)
    teen = make_volunteer("李少年", born_on=date(2011, 5, 1))
    for user, code in (
        (guest, "classes.not_volunteer"),
        (user_of(unverified), "classes.unverified"),
        (user_of(teen), "classes.guardian"),
    ):
        make_read(revision, user)
        with pytest.raises(NotAllowed) as refused:
            actions.start_test(revision=revision, by=user, at=LATER)
        assert refused.value.code == code
    make_guardian(teen)
    assert make_attempt(revision, user_of(teen)).record is not None


def test_a_class_without_certificate_can_be_passed_by_everybody_who_is_logged_in() -> None:
    revision, guest = make_class(), make_user("游客")
    make_read(revision, guest)
    assert make_attempt(revision, guest).record is None
    assert queries.is_passed(guest, revision, on=local_date(LATER))


def test_a_class_without_questions_has_no_test() -> None:
    revision, guest = make_class(questions=0), make_user("游客")
    make_read(revision, guest)
    with pytest.raises(Refusal) as refused:
        actions.start_test(revision=revision, by=guest, at=LATER)
    assert refused.value.code == "classes.no_questions"


def test_figures_say_who_began_finished_and_passed_and_where_people_stop() -> None:
    revision = make_class()
    make_attempt(revision, user_of(make_learner(revision)))
    make_learner(revision, "王学完")
    make_read(revision, make_user("只看一章"), chapters=1)
    figures = queries.figures([revision.micro_class_id])[revision.micro_class_id]
    assert (figures.started, figures.finished, figures.passed) == (3, 2, 1)
    assert [(opened, done) for _, opened, done in queries.chapter_figures(revision)] == [
        (3, 3), (2, 2),
    ]  # fmt: skip

"""Pick a candidate, ask the person, write the story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.leaderboards import queries, rules
from voluncity.honor.leaderboards.actions.steps import (
    candidate_of,
    hold_month,
    refuse_own,
    retell,
    step,
    volunteer_of,
)
from voluncity.honor.leaderboards.models import Candidate
from voluncity.honor.leaderboards.models.stars import (
    REASON_MOST,
    STORY_MOST,
    TITLE_MOST,
    WORDS_MOST,
)
from voluncity.honor.leaderboards.states import CANDIDATE_FLOW, PICKED, CandidateState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal, WrongState

C = CandidateState


@transaction.atomic
def pick(*, candidate_id: int, reason: str, by: User, at: datetime) -> Candidate:
    """Choose a candidate, with the reason that is shown; the person is asked first.

    :raises BadInput: when there is no reason.
    :raises NotAllowed: for oneself.
    :raises Refusal: when the places of the county are taken, or something bars the person now.
    """
    said = rules.words(reason, most=REASON_MOST, field="reason", label="推荐理由", is_needed=True)
    candidate = candidate_of(candidate_id)
    month = hold_month(candidate.month_id, "choose")
    refuse_own(candidate, by)
    if queries.is_barred(candidate, on=local_date(at)):
        raise Refusal(
            "这位志愿者近期当选过、正在核查或已注销，不能选。请重新统计候选人。",
            code="leaderboards.barred",
        )
    if queries.picked_in(month.pk, candidate.county_id, PICKED) >= month.per_county:
        raise Refusal(
            f"{candidate.county.name}的名额（{month.per_county} 人）已经选满，请先取消一位再选。",
            code="leaderboards.full",
        )
    step(candidate, "pick", reason=said, picked_at=at, picked_by=by)
    record("leaderboards.pick", candidate, by=by, at=at, volunteer=candidate.volunteer_id)
    return candidate


@transaction.atomic
def drop(*, candidate_id: int, by: User, at: datetime) -> Candidate:
    """Take a pick back while the month is open.

    :raises NotAllowed: for oneself.
    :raises WrongState: when nothing was picked, or the month is shown.
    """
    candidate = candidate_of(candidate_id)
    hold_month(candidate.month_id, "choose")
    refuse_own(candidate, by)
    step(
        candidate, "drop", reason="", picked_at=None, picked_by=None, answered_at=None, words="",
        is_photo_agreed=False, story_title="", story="", story_by=None,
    )  # fmt: skip
    _forget_photo(candidate, at=at)
    record("leaderboards.drop", candidate, by=by, at=at, volunteer=candidate.volunteer_id)
    return candidate


@transaction.atomic
def hide_closed(*, volunteer_id: int, at: datetime) -> None:
    """Show somebody nowhere any more whose account was closed; the photo is removed."""
    theirs = Candidate.objects.filter(volunteer=volunteer_id).exclude(state=C.CANDIDATE)
    for candidate in theirs.select_related("photo", "month"):
        if candidate.state == C.NAMED:
            step(candidate, "hide")
            record("leaderboards.hide", candidate, by=None, at=at)
            retell(candidate.month, by=None, at=at)
        elif candidate.state in CANDIDATE_FLOW.sources("decline"):
            step(candidate, "decline", answered_at=at, words="", is_photo_agreed=False)
            record("leaderboards.decline", candidate, by=None, at=at)
            retell(candidate.month, by=None, at=at)
        _forget_photo(candidate, at=at)


@dataclass(frozen=True)
class Answer:
    """What somebody says to being shown as a star of the month."""

    is_agreed: bool
    words: str = ""
    is_photo_agreed: bool = False
    photo: Checked | None = None


@transaction.atomic
def answer(*, candidate_id: int, said: Answer, by: User, at: datetime) -> Candidate:
    """Say yes or no to being shown as a star, with the own words and perhaps a photo.

    :raises BadInput: when the words are too long.
    :raises NotFound: when it is somebody else's.
    :raises WrongState: when nobody asks any more.
    """
    candidate = queries.own(volunteer_of(by), candidate_id)
    words = rules.words(said.words, most=WORDS_MOST, field="words", label="想说的话")
    month = hold_month(candidate.month_id, "answer")  # nobody shows it meanwhile
    if not said.is_agreed:
        step(candidate, "decline", answered_at=at, words="", is_photo_agreed=False)
        _forget_photo(candidate, at=at)
        record("leaderboards.decline", candidate, by=by, at=at)
        retell(month, by=by, at=at)
        return candidate
    step(candidate, "agree", answered_at=at, words=words)
    if said.photo is not None and said.is_photo_agreed:
        candidate.photo = files.store(said.photo, subject=f"star:{candidate.pk}", by=by, at=at)
        candidate.is_photo_agreed = True
        candidate.save(update_fields=["photo", "is_photo_agreed"])
    record("leaderboards.agree", candidate, by=by, at=at, with_photo=candidate.is_photo_agreed)
    return candidate


def _forget_photo(candidate: Candidate, *, at: datetime) -> None:
    """Remove the photo of somebody who does not agree to it any more."""
    stored = candidate.photo
    if stored is not None:
        Candidate.objects.filter(pk=candidate.pk).update(photo=None, is_photo_agreed=False)
        candidate.refresh_from_db()
        files.remove(stored, at=at)


@transaction.atomic
def hide(*, candidate_id: int, by: User, at: datetime) -> Candidate:
    """Take one's own page away; the honor stays.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it is not shown.
    """
    candidate = queries.own(volunteer_of(by), candidate_id)
    step(candidate, "hide", is_photo_agreed=False)
    _forget_photo(candidate, at=at)
    record("leaderboards.hide", candidate, by=by, at=at)
    retell(candidate.month, by=by, at=at)
    return candidate


@transaction.atomic
def show_again(*, candidate_id: int, by: User, at: datetime) -> Candidate:
    """Let one's own page be seen again, without the photo.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it was not taken away.
    """
    candidate = queries.own(volunteer_of(by), candidate_id)
    step(candidate, "return")
    record("leaderboards.return", candidate, by=by, at=at)
    retell(candidate.month, by=by, at=at)
    return candidate


@transaction.atomic
def tell_story(*, candidate_id: int, title: str, story: str, by: User, at: datetime) -> Candidate:
    """Write or mend the story of somebody who was picked.

    :raises BadInput: when title or story is missing or too long.
    :raises NotAllowed: for oneself.
    :raises WrongState: when the person was not picked, or said no.
    """
    named = rules.words(title, most=TITLE_MOST, field="title", label="标题", is_needed=True)
    told = rules.words(story, most=STORY_MOST, field="story", label="事迹", is_needed=True)
    candidate = candidate_of(candidate_id)
    refuse_own(candidate, by)
    written = Candidate.objects.filter(pk=candidate_id, state__in=(C.ASKED, C.AGREED, C.NAMED))
    if not written.update(story_title=" ".join(named.split()), story=told, story_by=by):
        raise WrongState("这位志愿者没有被选为月度之星，不能写事迹。请刷新页面。")
    candidate.refresh_from_db()
    record("leaderboards.tell_story", candidate, by=by, at=at)
    return candidate

"""The nominee's word: yes, no, not any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.honor.awards import queries, rules
from voluncity.honor.awards.actions.counting import case_of
from voluncity.honor.awards.actions.steps import note, refuse_unless, step
from voluncity.honor.awards.models import Award, Nomination
from voluncity.honor.awards.states import (
    ENDED,
    NominationState,
    Phase,
    SelectionState,
)
from voluncity.kernel import text
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, WrongState

_SHOWN = (
    "selection__region", "nomination__category", "nomination__volunteer", "nomination__result",
    "nomination__organization", "nomination__region",
)  # fmt: skip


@transaction.atomic
def consent(
    *, nomination: Nomination, version: int, is_named: bool, by: User, at: datetime
) -> Nomination:
    """Say yes to a story as it was read; a minor's whole name is never shown.

    :raises NotAllowed: when somebody else would have to say so.
    :raises WrongState: when the story has changed since, or it is too late.
    """
    _refuse_strangers(nomination, by, at)
    if version != nomination.version:
        raise WrongState("材料刚刚改过，请重新看一遍再决定。", code="awards.newer_version")
    refuse_unless(
        nomination.category.selection, Phase.NOMINATING, Phase.REVIEWING, today=local_date(at),
        doing="同意参评",
    )  # fmt: skip
    return step(
        nomination, "consent", by=by, at=at, consented_at=at, consented_by=by,
        consented_version=version, is_named=is_named and not _is_minor(nomination, at),
    )  # fmt: skip


def _is_minor(nomination: Nomination, at: datetime) -> bool:
    volunteer = nomination.volunteer
    return volunteer is not None and not people.is_adult(volunteer.born_on, on=local_date(at))


def _refuse_strangers(nomination: Nomination, by: User, at: datetime) -> None:
    if not queries.speaks_for(by, nomination, on=local_date(at)):
        raise NotAllowed("这要由推荐对象本人（未成年人由监护人）决定。", code="awards.not_yours")


@transaction.atomic
def decline(*, nomination: Nomination, words: str, by: User, at: datetime) -> Nomination:
    """Say no; nobody reads the story any more.

    :raises NotAllowed: when somebody else would have to say so.
    :raises WrongState: when nobody asks any more.
    """
    _refuse_strangers(nomination, by, at)
    said = text.words(words, "words", "说明", rules.REMARKS_MOST, wanted=False, long=True)
    return step(nomination, "decline", by=by, at=at, words=said, reason=said)


@transaction.atomic
def withdraw_nomination(
    *, nomination: Nomination, words: str, by: User | None, at: datetime
) -> Nomination:
    """Take a nomination back: whoever wrote it, or the nominee, until it is decided.

    :raises WrongState: when results are computed, or it has ended.
    """
    said = text.words(words, "words", "说明", rules.REMARKS_MOST, wanted=False, long=True)
    if nomination.category.selection.state != SelectionState.PUBLISHED:
        raise WrongState("评选已经进入评定，不能再撤回。不想公开事迹的，可以隐藏。",
                         code="awards.decided")  # fmt: skip
    return step(nomination, "withdraw", by=by, at=at, words=said, reason=said)


@transaction.atomic
def hide_story(*, nomination: Nomination, by: User | None, at: datetime) -> None:
    """Show story, photo and whole name to nobody any more; an award itself stays.

    What was shown to the public of it is reworded, too.

    :raises NotAllowed: when somebody else would have to say so.
    :raises WrongState: when it is hidden, or was never shown.
    """
    if by is not None:
        _refuse_strangers(nomination, by, at)
    shown = Nomination.objects.filter(
        pk=nomination.pk, state=NominationState.ADMITTED, hidden_at=None
    )
    if not shown.update(hidden_at=at):
        raise WrongState("它现在没有公开，请刷新页面。", code="awards.not_shown")
    nomination.hidden_at = at
    note(nomination, "hide", by=by, at=at)
    award = Award.objects.select_related(*_SHOWN).filter(nomination=nomination).first()
    if award is not None:
        case = case_of(award)
        publicity.reword(
            kind=NoticeKind.AWARDS, subject=award, title=case.title, body=case.body, by=by, at=at
        )


def leave(*, volunteer_ids: Collection[int], at: datetime) -> None:
    """Take back what concerns somebody whose account is closed; an award loses its story."""
    live = Nomination.objects.select_related("category__selection").filter(
        volunteer__in=volunteer_ids
    )
    for nomination in live.exclude(state__in=ENDED):
        if nomination.category.selection.state == SelectionState.PUBLISHED:
            withdraw_nomination(nomination=nomination, words="账号已注销", by=None, at=at)
        elif nomination.is_open:
            hide_story(nomination=nomination, by=None, at=at)

"""Write an application together: every field has its own edition, and no words are lost.

Whoever saves names the edition from which they began. If somebody else has changed the field
meanwhile, both texts are kept and whoever came second decides (decision 0040). The first
statement of each change takes the application's row, so that changes of one application follow
each other, and none comes after it was handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.calls import queries
from voluncity.fund.calls.actions.steps import note, step
from voluncity.fund.calls.models import Answer, Application, BudgetLine, Call, Former
from voluncity.fund.calls.rules.calls import NAME_MOST
from voluncity.fund.calls.rules.checking import LINES_MOST
from voluncity.fund.calls.spec import Mark, digest_of
from voluncity.fund.calls.states import GONE, WRITABLE, CallState, FormerReason, Phase
from voluncity.kernel.refusals import NotFound, Refusal, WrongState


@dataclass(frozen=True)
class Typed:
    """What somebody sends for one field, and what they saw before they typed."""

    raw: str
    seen: Mark


@dataclass(frozen=True)
class Clash:
    """Somebody else changed the field meanwhile: both texts."""

    key: str
    mine: str
    theirs: Answer


@dataclass
class Saved:
    """What became of the fields that were sent; those that nobody changed are not named."""

    written: dict[str, Answer] = field(default_factory=dict)
    clashes: dict[str, Clash] = field(default_factory=dict)


# -- Begin and throw away --------------------------------------------------------------------------


@transaction.atomic
def start_application(
    *, call: Call, organization: Organization, handle: str, by: User, at: datetime
) -> Application:
    """Begin an application with the form that is in use; a form that is sent twice begins one.

    :raises WrongState: outside the window, where a condition is not met, or when there are
        as many as the call allows.
    """
    known: Application | None = Application.objects.filter(handle=handle, started_by=by).first()
    if known is not None:
        return known
    refuse_unless_fit(call, organization, at=at)
    live = Application.objects.filter(call=call, organization=organization)
    taken = set(live.exclude(state__in=GONE).values_list("turn", flat=True))
    turn = next((n for n in range(1, call.most_each + 1) if n not in taken), None)
    if turn is None:
        raise WrongState(
            f"每个组织最多申报 {call.most_each} 项，本组织已经有 {len(taken)} 项，"
            "请在已有的申报里继续填写。",
            code="calls.enough",
        )
    begun: dict[str, Any] = {"form_id": call.form_id}  # open calls have one: calls_open_has_a_form
    application = Application(
        handle=handle, call=call, organization=organization, turn=turn, started_at=at,
        started_by=by, changed_at=at, changed_by=by, **begun,
    )  # fmt: skip
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(
            "同事刚刚也开始了一项申报，请刷新页面后再办理。", code="calls.was_faster"
        ) from error
    note(application, "start", by=by, at=at)
    return application


def refuse_unless_fit(call: Call, organization: Organization, *, at: datetime) -> None:
    """Let only those apply who may, while it is time.

    :raises WrongState: with what is not met.
    """
    if call.state != CallState.OPEN or call.phase(at) == Phase.COMING:
        raise WrongState("申报还没有开始，请在开始以后填写。", code="calls.not_open")
    if at >= queries.end_for(call, organization.pk):
        raise WrongState(
            f"申报已于 {call.last_minute} 截止。确有特殊情况的，请联系基金办公室申请延期。",
            code="calls.too_late",
        )
    unmet = [
        one.sentence for one in queries.conditions_for(call, organization, at=at) if not one.is_met
    ]
    if unmet:
        raise WrongState(
            f"{organization} 不符合申报条件：{'；'.join(unmet)}。", code="calls.not_fit"
        )


@transaction.atomic
def discard(*, application: Application, by: User, at: datetime) -> Application:
    """Throw away a draft that was never handed in.

    :raises WrongState: when it was, or somebody was faster.
    """
    if application.number is not None:
        raise WrongState("已经提交过的申报不能删除，可以撤回。", code="calls.has_number")
    return step(application, "discard", by=by, at=at)


# -- Write -----------------------------------------------------------------------------------------


def save_answers(
    *, application: Application, sent: Mapping[str, Typed], by: User, at: datetime
) -> Saved:
    """Save the fields that were changed; what clashes is kept beside what stands there.

    Not atomic as a whole: words that come after the application was handed in are kept, too,
    before this says no.

    :raises WrongState: when the application is not open for writing; the words are kept.
    """
    changed = {key: one for key, one in sent.items() if digest_of(one.raw) != one.seen.digest}
    if not changed:
        return Saved()
    with transaction.atomic():
        is_open = _take(application, by=by, at=at)
        if is_open:
            return _save(application, changed, by=by, at=at)
        for key, one in changed.items():
            _keep(application, key, one, FormerReason.LATE, by=by, at=at)
    raise closed(application)


def _take(application: Application, *, by: User, at: datetime) -> bool:
    """Take the application's row until the end of the transaction; tell whether it is open."""
    same = Application.objects.filter(pk=application.pk, state__in=WRITABLE)
    return bool(same.update(edition=F("edition") + 1, changed_at=at, changed_by=by))


def closed(application: Application) -> WrongState:
    """Return the refusal for what came too late, with the state as it is now."""
    now = Application.objects.get(pk=application.pk)
    return WrongState(
        f"这份申报现在是“{now.get_state_display()}”，不能修改。"
        "您刚才写的内容留在“以前的文字”里，没有丢。",
        code="calls.not_writable",
    )


def _save(
    application: Application, changed: Mapping[str, Typed], *, by: User, at: datetime
) -> Saved:
    rows = application.answers.filter(key__in=changed).select_related("written_by")
    known = {row.key: row for row in rows}
    done = Saved()
    for key, one in changed.items():
        stands = known.get(key)
        if stands is not None and stands.raw == one.raw:
            done.written[key] = stands
        elif stands is None or stands.edition == one.seen.edition:
            done.written[key] = _write(application, key, one, stands, by=by, at=at)
        else:
            _keep(application, key, one, FormerReason.CLASH, by=by, at=at)
            done.clashes[key] = Clash(key, one.raw, stands)
    _settle(application, done.written, by=by, at=at)
    if "title" in done.written:
        title = done.written["title"].raw[:NAME_MOST].replace("\n", " ")
        Application.objects.filter(pk=application.pk).update(title=title)
    application.refresh_from_db(fields=["edition", "title", "changed_at", "changed_by"])
    return done


def _write(
    application: Application,
    key: str,
    one: Typed,
    stands: Answer | None,
    *,
    by: User,
    at: datetime,
) -> Answer:
    """Put words into a field; what another person wrote there is kept."""
    if stands is None:
        return Answer.objects.create(
            application=application, key=key, raw=one.raw, written_at=at, written_by=by
        )
    if stands.raw and stands.written_by_id != by.pk:
        Former.objects.create(
            application=application, key=key, raw=stands.raw, edition=stands.edition,
            reason=FormerReason.OVER, written_at=stands.written_at, written_by=stands.written_by,
        )  # fmt: skip
    same = Answer.objects.filter(pk=stands.pk, edition=stands.edition)
    if not same.update(raw=one.raw, edition=F("edition") + 1, written_at=at, written_by=by):
        raise WrongState("同事刚刚改过这一项，请刷新页面。", code="calls.was_faster")
    stands.refresh_from_db()
    return stands


def _keep(
    application: Application, key: str, one: Typed, reason: str, *, by: User, at: datetime
) -> None:
    """Keep words that are not written; while somebody goes on typing, the newest of them."""
    same = Former.objects.filter(
        application=application, key=key, written_by=by, reason=reason,
        edition=one.seen.edition, settled_at=None,
    )  # fmt: skip
    if one.raw and not same.update(raw=one.raw, written_at=at):
        Former.objects.create(
            application=application, key=key, raw=one.raw, edition=one.seen.edition,
            reason=reason, written_at=at, written_by=by,
        )  # fmt: skip


def _settle(
    application: Application, written: Mapping[str, Answer], *, by: User, at: datetime
) -> None:
    Former.objects.filter(
        application=application, key__in=written, written_by=by, reason=FormerReason.CLASH,
        settled_at=None,
    ).update(settled_at=at)  # fmt: skip


def leave_theirs(*, application: Application, key: str, by: User, at: datetime) -> None:
    """Decide a clash for what stands in the field; one's own words stay among the former ones."""
    Former.objects.filter(
        application=application, key=key, written_by=by, reason=FormerReason.CLASH, settled_at=None
    ).update(settled_at=at)


# -- Lines of the budget ---------------------------------------------------------------------------


@transaction.atomic
def add_line(*, application: Application, by: User, at: datetime) -> BudgetLine:
    """Add an empty line to the budget.

    :raises WrongState: when the application is not open for writing.
    :raises Refusal: when there are as many as fit.
    """
    if not _take(application, by=by, at=at):
        raise closed(application)
    if application.lines.filter(removed_at=None).count() >= LINES_MOST:
        raise Refusal(
            f"预算最多 {LINES_MOST} 笔，请把相近的支出合并。", code="calls.too_many_lines"
        )
    newest = application.lines.aggregate(newest=Max("number"))["newest"] or 0
    return BudgetLine.objects.create(
        application=application, number=newest + 1, added_at=at, added_by=by
    )


@transaction.atomic
def remove_line(*, application: Application, number: int, by: User, at: datetime) -> None:
    """Take a line off the budget; its words stay and come back with it.

    :raises NotFound: when there is none.
    :raises WrongState: when the application is not open for writing.
    """
    _turn(application, number, by=by, at=at, removed_at=at, removed_by=by)


@transaction.atomic
def restore_line(*, application: Application, number: int, by: User, at: datetime) -> None:
    """Put a line back that was taken off.

    :raises NotFound: when there is none.
    :raises WrongState: when the application is not open for writing.
    """
    _turn(application, number, by=by, at=at, removed_at=None, removed_by=None)


def _turn(
    application: Application, number: int, *, by: User, at: datetime, **columns: object
) -> None:
    if not _take(application, by=by, at=at):
        raise closed(application)
    line = application.lines.filter(number=number)
    if not line.update(**columns):
        raise NotFound("没有找到这一笔预算，请刷新页面。")

"""One difficulty: what happened, and what may be done now, on either side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.files import queries as files
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.difficulties import actions, queries, rules
from voluncity.service.difficulties.forms import (
    AnswerForm,
    AskForm,
    NothingForm,
    PassForm,
    PublishForm,
    RejectForm,
    SupplyForm,
)
from voluncity.service.difficulties.models import Difficulty
from voluncity.service.difficulties.states import DIFFICULTY_FLOW, DifficultyState
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in
from voluncity.web.picking import draw_offers

UNPROCESSABLE = 422
P = Permission
READERS = (P.DIFFICULTY_SEE, P.DIFFICULTY_ANSWER, P.ACTIVITY_EDIT, P.PROJECT_EDIT)
Act = Callable[[Difficulty, Any, User, datetime], object]


@dataclass(frozen=True)
class Handling:
    """One thing that may be done, by who answers or by who reported."""

    verb: str
    label: str
    form: type[forms.Form]
    act: Act
    done: str
    is_reporters: bool = False


def _bare(action: Callable[..., object]) -> Act:
    """Return the handling of an action that wants nothing to be said."""
    return lambda one, _form, by, at: action(difficulty=one, by=by, at=at)


def _worded(action: Callable[..., object]) -> Act:
    """Return the handling of an action that wants words and nothing else."""
    return lambda one, form, by, at: action(
        difficulty=one, words=form.cleaned_data["words"], by=by, at=at
    )


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "accept", "受理", NothingForm,
            _bare(actions.accept_difficulty),
            "已受理，请在期限内答复。",
        ),
        Handling(
            "answer", "答复", AnswerForm,
            lambda one, form, by, at: actions.answer_difficulty(
                difficulty=one, answer=form.answer(), by=by, at=at
            ),
            "已答复，等上报的组织确认。",
        ),
        Handling(
            "ask", "请补充情况", AskForm,
            _worded(actions.ask_for_facts),
            "已请上报人补充，计时暂停。",
        ),
        Handling(
            "pass", "转交", PassForm,
            lambda one, form, by, at: actions.pass_difficulty(
                difficulty=one, holder=form.holder(), words=form.cleaned_data["words"],
                by=by, at=at,
            ),
            "已转交，期限不变。",
        ),
        Handling(
            "publish", "收入常见困难解答", PublishForm,
            lambda one, form, by, at: actions.publish_answer(
                difficulty=one, question=form.cleaned_data["question"],
                answer=form.cleaned_data["answer"], by=by, at=at,
            ),
            "已收入常见困难解答。",
        ),
        Handling(
            "supply", "补充情况", SupplyForm,
            _worded(actions.supply_facts),
            "已补充，继续办理。", is_reporters=True,
        ),
        Handling(
            "confirm", "确认解决", NothingForm,
            _bare(actions.confirm_difficulty),
            "已办结，谢谢您。", is_reporters=True,
        ),
        Handling(
            "reject", "没有解决", RejectForm,
            _worded(actions.reject_difficulty),
            "已交给上一级答复。", is_reporters=True,
        ),
        Handling(
            "withdraw", "撤回", NothingForm,
            _bare(actions.withdraw_difficulty),
            "已撤回。", is_reporters=True,
        ),
    )
}  # fmt: skip


@needs(*READERS)
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one difficulty with what may be done about it."""
    return _page(request, _fetch(request, pk))


@needs(*READERS)
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a difficulty; a form with errors is drawn again."""
    difficulty, handling = _fetch(request, pk), HANDLINGS.get(verb)
    if handling is None or handling not in _sides(request, difficulty):
        raise NotFound("没有这一步，请回到困难事项页面。")
    form = _form(handling, difficulty, request.POST)
    if form.is_valid():
        with refusals_in(form):
            handling.act(difficulty, form, user_of(request), now())
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    # Who passed it on may see it no more.
    return redirect(*(("difficulties:detail", pk) if _find(request, pk) else ("portal:desk",)))


@needs(*READERS)
@require_safe
def paper(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """Show what was sent along, to those who may read the difficulty."""
    found = list(queries.papers_of(_fetch(request, pk)))
    if not 1 <= number <= len(found):
        raise NotFound("没有找到这个附件。")
    stored = found[number - 1]
    return hand_over(
        files.opened(stored), content_type=stored.content_type, filename=stored.original_name
    )


@needs(P.DIFFICULTY_ANSWER)
@never_cache
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Suggest units to which a difficulty may be passed on."""
    words = request.GET.get(request.GET.get("field", ""), "")
    return HttpResponse(draw_offers(queries.possible_units(), words))


def _sides(request: HttpRequest, difficulty: Difficulty) -> list[Handling]:
    """Return what belongs to the sides on which somebody stands, whatever the state."""
    user = user_of(request)
    is_reporter = queries.is_reporter(user, difficulty)
    may_answer = queries.may_answer(user, difficulty)
    return [one for one in HANDLINGS.values() if (is_reporter if one.is_reporters else may_answer)]


def _possible(request: HttpRequest, difficulty: Difficulty) -> list[Handling]:
    verbs = {one.verb for one in DIFFICULTY_FLOW.verbs(difficulty.state)}
    is_answered = difficulty.state in {DifficultyState.ANSWERED, DifficultyState.SOLVED}
    if is_answered and not hasattr(difficulty, "common_answer"):
        verbs.add("publish")
    return [one for one in _sides(request, difficulty) if one.verb in verbs]


def _form(handling: Handling, difficulty: Difficulty, sent: Any = None) -> forms.Form:
    if handling.form is PassForm:
        return PassForm(sent, units=queries.possible_units(), offices=_offices(difficulty))
    if handling.form is PublishForm:
        initial = {"question": difficulty.text[: rules.QUESTION_MOST],
                   "answer": difficulty.measures}  # fmt: skip
        return PublishForm(sent, initial=initial)
    return handling.form(sent)


def _offices(difficulty: Difficulty) -> list[Region]:
    county, city = queries.office_of(difficulty.organization.region), regions.city()
    both = [county] if county.pk == city.pk else [county, city]
    return [one for one in both if one.pk != difficulty.office_id]


def _page(
    request: HttpRequest, difficulty: Difficulty, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    today = local_date(now())
    context = {
        "difficulty": difficulty,
        "is_overdue": difficulty.is_overdue(today),
        "supply_until": queries.supply_until(difficulty, on=today)
        if difficulty.state == DifficultyState.ASKING
        else None,
        "papers": list(queries.papers_of(difficulty)),
        "moves": [
            {
                "label": rules.LABELS[move.verb], "at": move.at, "by": move.by,
                "told": move.told, "words": move.words,
            }
            for move in difficulty.moves.select_related("by")
        ],
        "steps": [
            (one, (bound or {}).get(one.verb) or _form(one, difficulty))
            for one in _possible(request, difficulty)
        ],
        "reporter": difficulty.reported_by,
    }  # fmt: skip
    status = UNPROCESSABLE if bound is not None else 200
    return render(request, "difficulties/detail.html", context, status=status)


def _find(request: HttpRequest, pk: int) -> Difficulty | None:
    own = queries.mine(user_of(request)).filter(pk=pk).first()
    return own or queries.within(user_of(request)).filter(pk=pk).first()


def _fetch(request: HttpRequest, pk: int) -> Difficulty:
    found = _find(request, pk)
    if found is None:  # so that the try is journaled
        found = access.fetch(request.user, P.DIFFICULTY_SEE, queries.detailed(), at=now(), pk=pk)
    return cast(Difficulty, found)

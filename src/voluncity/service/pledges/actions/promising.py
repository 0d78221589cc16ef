"""Promise a part of a need, take it back, let one's name be shown or not."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import age_on, parse_mobile
from voluncity.kernel.refusals import BadInput, NotAllowed, TooMany, WrongState
from voluncity.kernel.text import person_name
from voluncity.service.pledges import rules
from voluncity.service.pledges.actions.steps import give_back, note, step
from voluncity.service.pledges.models import Need, Pledge
from voluncity.service.pledges.rules import Promise, Taker
from voluncity.service.pledges.states import LIVE, NeedState
from voluncity.service.projects.states import RECRUITING_STATES


@transaction.atomic
def take_need(*, need: Need, taker: Taker, said: Promise, by: User, at: datetime) -> Pledge:
    """Promise a part of a need, or the whole; never more than is still wanted.

    For money it is an intent only: nothing is paid here (RULES §2).

    :raises BadInput: at the field that is wrong, or when less is left.
    :raises NotAllowed: when the taker may not promise here.
    :raises TooMany: when a taker has promised as much as may be open at once.
    :raises WrongState: when nothing can be taken on any more, or it was promised already.
    """
    today = local_date(at)
    _refuse_taker(need, taker, today=today)
    pledge = _drawn_up(need, taker, said, by=by, at=at)
    open_need = Need.objects.filter(pk=need.pk, state=NeedState.OPEN, due_on__gte=today)
    if not open_need.filter(taken__lte=F("wanted") - pledge.amount).update(
        taken=F("taken") + pledge.amount
    ):
        raise _why_not(need, today)
    try:
        with transaction.atomic():
            pledge.save(force_insert=True)
    except IntegrityError:
        raise WrongState(
            "您已经认领了这项需求，还没有办完；要改数量，请先撤回再认领。", code="pledges.twice"
        ) from None
    note(pledge, "take", by=by, at=at, unit=pledge.unit_id)
    return pledge


def _why_not(need: Need, today: date) -> BadInput | WrongState:
    need.refresh_from_db(fields=["taken", "wanted", "state", "due_on"])
    if need.state != NeedState.OPEN or need.due_on < today:
        return WrongState("这项需求已经停止认领，请看看其他需求。", code="pledges.closed")
    if not need.rest:
        return WrongState("这项需求刚刚被认领完了，请看看其他需求。", code="pledges.all_taken")
    return BadInput(f"现在只差 {need.rest_text}，请改小一些。", field="amount")


def _drawn_up(need: Need, taker: Taker, said: Promise, *, by: User, at: datetime) -> Pledge:
    today, key = local_date(at), token_hex(8)
    if not today <= said.promised_on <= need.due_on:
        raise BadInput(f"请选择今天到 {need.due_on:%Y年%m月%d日} 之间的日期。", field="promised_on")
    phone = parse_mobile(said.contact_phone, field="contact_phone")
    return Pledge(
        need=need, kind=need.kind, volunteer=taker.volunteer, unit=taker.unit, key=key,
        amount=rules.amount(need.kind, said.amount, field="amount"),
        promised_on=said.promised_on,
        contact_name=person_name(said.contact_name, field="contact_name"),
        contact_phone_cipher=personal.seal(phone, bound_to=f"pledge:{key}"),
        note=rules.words(said.note, label="留言", field="note", needed=False),
        shows_name=said.shows_name, pledged_at=at, pledged_by=by,
    )  # fmt: skip


def _refuse_taker(need: Need, taker: Taker, *, today: date) -> None:
    if need.project.state not in RECRUITING_STATES:
        raise WrongState("这个项目已经结束，请看看其他需求。", code="pledges.project_closed")
    if taker.unit is not None:
        if taker.unit.state != OrgState.ACTIVE:
            raise NotAllowed("这个单位现在不能认领，请先恢复正常状态。", code="pledges.unit")
        if taker.unit.pk == need.project.organization_id:
            raise NotAllowed("这是本组织自己的需求，请由其他单位或个人认领。", code="pledges.own")
        live = Pledge.objects.filter(unit=taker.unit)
    elif taker.volunteer is not None:
        born = taker.volunteer.born_on
        adult = policy.number("people.adult_years", on=today)
        if born is None or age_on(born, today) < adult:
            raise NotAllowed("未成年人请由监护人认领。", code="pledges.minor")
        live = Pledge.objects.filter(volunteer=taker.volunteer)
    else:
        raise BadInput("请选择以谁的名义认领。", field="taker")
    most = policy.number("pledges.live_most", on=today)
    if live.filter(state__in=LIVE).count() >= most:
        raise TooMany(
            f"您有 {most} 项认领还没有办完，请先完成或撤回一些。", code="pledges.too_many"
        )


@transaction.atomic
def withdraw_pledge(*, pledge: Pledge, words: str, by: User, at: datetime) -> Pledge:
    """Take a promise back before it is kept; others may take on what it held.

    :raises WrongState: when it has come already, or has ended.
    """
    why = rules.words(words, label="撤回原因", field="words", needed=False)
    step(pledge, "withdraw", by=by, at=at, words=why, reason=why, ended_at=at)
    give_back(pledge)
    return pledge


@transaction.atomic
def set_shown(*, pledge: Pledge, shows_name: bool, by: User, at: datetime) -> None:
    """Let one's name stand on the wall of thanks, or not any more."""
    Pledge.objects.filter(pk=pledge.pk).update(shows_name=shows_name)
    record("pledges.show", pledge, by=by, at=at, shows=int(shows_name))

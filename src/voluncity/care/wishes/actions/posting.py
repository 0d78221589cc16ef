"""Wish something: for oneself from one's account, or at a desk for somebody without one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from voluncity.care.wishes import rules
from voluncity.care.wishes.actions.steps import end_claim, note, said, step
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.rules import Asked, Contact
from voluncity.care.wishes.states import ClaimState
from voluncity.city.access import personal
from voluncity.city.files import actions as files
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, TooMany, WrongState

TRIES = 5


@transaction.atomic
def post_wish(*, asked: Asked, user: User | None, by: User, at: datetime) -> Wish:
    """Take in a wish; the same form again is the same wish.

    `user` is the wisher's account; without one a desk writes it down for somebody.

    :raises BadInput: when words or days are not right.
    :raises NotAllowed: when a guardian has to do it.
    :raises TooMany: when somebody has as many wishes as one may have.
    """
    known: Wish | None = Wish.objects.filter(handle=asked.handle, posted_by=by).first()
    if known is not None:
        return known
    _require_age(user, today=local_date(at))
    return _taken_in(_drawn_up(asked, user=user, by=by, at=at), asked, by=by, at=at)


def _require_age(user: User | None, *, today: date) -> None:
    """Refuse who is too young to give an address away alone (PIPL art. 31)."""
    volunteer = user.volunteer_or_none if user is not None else None
    if volunteer is None:
        return
    if people.age(volunteer, today) < people.youngest_age(on=today):
        raise NotAllowed("未满 14 周岁的，请由监护人用自己的账号为孩子许愿。", code="wishes.child")
    if not people.guardian_ok(volunteer, on=today):
        raise NotAllowed("未成年人许愿需要监护人同意，请先到“家庭”里办理。", code="wishes.guardian")


def _drawn_up(asked: Asked, *, user: User | None, by: User, at: datetime) -> Wish:
    today = local_date(at)
    title, text = checked_words(asked)
    theme = asked.theme
    if theme is not None and not theme.starts_on <= today <= theme.ends_on:
        raise BadInput("这个节日主题现在不能选，请重新选择。", field="theme")
    return Wish(
        handle=asked.handle, user=user, posted_by=by, posted_at=at,
        owner_key=owner_key(user, asked.contact), month=f"{today:%Y-%m}",
        kind=asked.kind, theme=theme, for_whom=asked.for_whom,
        title=title, text=text, said_title=title, said_text=text,
        shown_name=rules.shown_name(asked.contact.name, asked.for_whom),
        region=asked.region, text_version=rules.CONSENT_VERSION,
        wanted_on=_wanted(asked.wanted_on, today=today),
        review_due_on=publicity.due_on(today, policy.number("wishes.review_workdays", on=today)),
        **sealed(asked.contact, handle=asked.handle),
    )  # fmt: skip


def checked_words(asked: Asked) -> tuple[str, str]:
    """Return title and text as everybody may read them.

    :raises BadInput: when they may not.
    """
    name = asked.contact.name
    title = rules.public_words(
        asked.title, field="title", label="心愿", least=rules.TITLE_LEAST, most=rules.TITLE_MOST,
        for_whom=asked.for_whom,
    )  # fmt: skip
    text = rules.public_words(
        asked.text, field="text", label="说明", most=rules.TEXT_MOST, for_whom=asked.for_whom
    )
    return (
        rules.without_name(title, name, field="title"),
        rules.without_name(text, name, field="text"),
    )


def _wanted(day: date, *, today: date) -> date:
    last = today + timedelta(days=policy.number("wishes.wanted_most_days", on=today))
    if not today < day <= last:
        raise BadInput(f"请选择明天到 {last.month}月{last.day}日之间的一天。", field="wanted_on")
    return day


def owner_key(user: User | None, contact: Contact) -> str:
    """Return against whose limit a wish counts, so that it can be compared and not be read."""
    if user is not None:
        return personal.index(f"user:{user.pk}", purpose="wisher")
    return personal.index(f"{contact.phone}:{contact.name}", purpose="wisher")


def sealed(contact: Contact, *, handle: str) -> dict[str, str]:
    """Return the columns that hold whom to meet, bound to the wish."""
    return {
        f"{name}_cipher": personal.seal(getattr(contact, name), bound_to=f"wish:{handle}:{name}")
        for name in ("name", "phone", "address")
    }


def _taken_in(wish: Wish, asked: Asked, *, by: User, at: datetime) -> Wish:
    """Insert it at a free place of its owner; whoever was faster takes the place before."""
    limits = policy.numbers({"wishes.open_most", "wishes.month_most"}, on=local_date(at))
    for _ in range(TRIES):
        _choose_place(wish, limits["wishes.open_most"], limits["wishes.month_most"])
        try:
            with transaction.atomic():
                if asked.photo is not None:
                    wish.photo = files.store(asked.photo, subject="wish", by=by, at=at)
                wish.save(force_insert=True)
        except IntegrityError:
            twin: Wish | None = Wish.objects.filter(handle=wish.handle, posted_by=by).first()
            if twin is not None:
                return twin
            continue
        note(wish, "post", by=by, at=at)
        return wish
    raise WrongState("刚才同时提交了好几个心愿，请稍后再试。", code="wishes.busy")


def _choose_place(wish: Wish, open_most: int, month_most: int) -> None:
    theirs = Wish.objects.filter(owner_key=wish.owner_key)
    taken = set(theirs.exclude(slot=None).values_list("slot", flat=True))
    free = next((one for one in range(1, open_most + 1) if one not in taken), None)
    if free is None:
        raise TooMany(
            f"一个人同时最多有 {open_most} 个心愿，请等前面的实现或撤回以后再许。",
            code="wishes.too_many_open",
        )
    of_month = set(theirs.filter(month=wish.month).values_list("turn", flat=True))
    wish.turn = max(of_month, default=0) + 1
    if wish.turn > month_most:
        raise TooMany(
            f"一个人一个月最多许 {month_most} 个心愿，请下个月再来。", code="wishes.too_many_month"
        )
    wish.slot = free


@transaction.atomic
def withdraw_wish(*, wish: Wish, by: User, at: datetime, words: str = "") -> Wish:
    """Take a wish back; the desk does it for whoever has no account, with a reason.

    :raises BadInput: when the desk gives no reason.
    :raises NotAllowed: when the wisher has an account to do it with.
    :raises WrongState: when it is being confirmed, or has ended.
    """
    if wish.user_id is None:
        words = said(words, "撤回的原因")
    elif wish.user_id != by.pk:
        raise NotAllowed("请由许愿人自己撤回；不宜公开的，请下架。", code="wishes.not_yours")
    step(wish, "withdraw", by=by, at=at, words=words, claimed_by=None)
    end_claim(wish, ClaimState.STOPPED, at=at)
    return wish

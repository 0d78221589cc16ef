"""The desk: fill in the archive of an activity, hand it in, look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.archives import actions, queries
from voluncity.service.archives.forms import (
    AcceptForm,
    MaterialForm,
    OrderForm,
    OutcomesForm,
    PhotoForm,
    PhotosForm,
    PlainForm,
    ReasonForm,
    SpendingForm,
    SummaryForm,
    VideoForm,
)
from voluncity.service.archives.models import Archive, Photo
from voluncity.service.archives.states import ARCHIVE_FLOW, EDITABLE_STATES, TONES
from voluncity.service.projects.models import Activity
from voluncity.web.forms import refusals_in

P = Permission
KB = 1024
Form = forms.Form
Said = dict[str, Any]


@needs(P.PROJECT_SEE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the archive of one activity with what may be done about it."""
    return _page(request, _activity(request, P.PROJECT_SEE, pk))


# -- Parts that are filled in -----------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One part of an archive: its form, what is done with it, and what is said then."""

    form: type[Form]
    act: Callable[[Archive, Said, User, datetime], object]
    done: str


def _photos(archive: Archive, said: Said, by: User, at: datetime) -> int:
    return actions.add_photos(
        archive=archive, photos=said["photos"], faces=said["faces"],
        consent_note=said["consent_note"], by=by, at=at,
    )  # fmt: skip


def _material(archive: Archive, said: Said, by: User, at: datetime) -> object:
    return actions.add_material(
        archive=archive, name=said["name"], amount=said["amount"], unit=said["unit"],
        value_fen=said["value"], by=by, at=at,
    )  # fmt: skip


def _spending(archive: Archive, said: Said, by: User, at: datetime) -> object:
    return actions.add_spending(
        archive=archive, item=said["item"], fen=said["sum"], source=said["source"],
        voucher=said["voucher"], by=by, at=at,
    )  # fmt: skip


PARTS = {
    "summary": Part(
        SummaryForm,
        lambda archive, said, by, at: actions.save_summary(archive=archive, **said, by=by, at=at),
        "活动小结已保存。",
    ),
    "photos": Part(PhotosForm, _photos, "照片已添加。"),
    "outcomes": Part(
        OutcomesForm,
        lambda archive, said, by, at: actions.save_outcomes(archive=archive, **said, by=by, at=at),
        "服务成效已保存。",
    ),
    "materials": Part(MaterialForm, _material, "物资已添加。"),
    "spendings": Part(SpendingForm, _spending, "支出已添加。"),
    "videos": Part(
        VideoForm,
        lambda archive, said, by, at: actions.add_video(archive=archive, **said, by=by, at=at),
        "视频已添加。",
    ),
}


@needs(P.ACTIVITY_EDIT)
@require_POST
def add(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Fill in one part; a form with errors is drawn again."""
    known = PARTS.get(part)
    if known is None:
        raise NotFound("没有这一项，请回到归档页面。")
    activity, at = _activity(request, P.ACTIVITY_EDIT, pk), now()
    form = _form(known.form, _archive_of(activity), request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            archive = actions.begin(activity=activity, by=user_of(request), at=at)
            answer = known.act(archive, form.cleaned_data, user_of(request), at)
            messages.success(request, _done(known, form, answer))
    if form.errors:
        return _page(request, _activity(request, P.ACTIVITY_EDIT, pk), bound={part: form})
    return _back(pk, part)


def _done(part: Part, form: Form, answer: object) -> str:
    if part.form is not PhotosForm:
        return part.done
    sent, new = len(form.cleaned_data["photos"]), cast(int, answer)
    same = f"，{sent - new} 张以前传过，没有重复添加" if new < sent else ""
    return f"已添加 {new} 张照片{same}。"


REMOVALS: dict[str, tuple[str, Callable[..., None]]] = {
    "materials": ("material_id", actions.remove_material),
    "spendings": ("spending_id", actions.remove_spending),
    "videos": ("video_id", actions.remove_video),
}


@needs(P.ACTIVITY_EDIT)
@require_POST
def remove(request: HttpRequest, pk: int, part: str, row: int) -> HttpResponse:
    """Take one line off."""
    if part not in REMOVALS:
        raise NotFound("没有这一项，请回到归档页面。")
    name, act = REMOVALS[part]
    act(
        archive=_archive(request, P.ACTIVITY_EDIT, pk), by=user_of(request), at=now(), **{name: row}
    )
    messages.success(request, "已删除。")
    return _back(pk, part)


# -- The album ---------------------------------------------------------------------------------


@needs(P.ACTIVITY_EDIT)
@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the photos into the order in which they were dragged."""
    archive, form = _archive(request, P.ACTIVITY_EDIT, pk), OrderForm(request.POST)
    if not form.is_valid():
        return HttpResponse("顺序没有读懂，请刷新页面后再试。", status=422)
    actions.order_photos(
        archive=archive, ids=form.cleaned_data["ids"], by=user_of(request), at=now()
    )
    return HttpResponse(status=204)


@needs(P.ACTIVITY_EDIT)
@require_POST
def change_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a photo shows, and whom."""
    photo, form = _photo(request, P.ACTIVITY_EDIT, pk), PhotoForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.change_photo(photo=photo, **form.cleaned_data, by=user_of(request), at=now())
    if form.errors:
        activity = _activity(request, P.ACTIVITY_EDIT, photo.archive_id)
        return _page(request, activity, bound={f"photo_{pk}": form})
    messages.success(request, "照片说明已保存。")
    return _back(photo.archive_id, "photos")


@needs(P.ACTIVITY_EDIT, P.PROJECT_REVIEW)
@require_POST
def hide_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a photo away from the public, also after the archive was handed in."""
    photo, form = _hidable(request, pk), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            reason = form.cleaned_data["reason"]
            actions.hide_photo(photo=photo, reason=reason, by=user_of(request), at=now())
    if form.errors:
        activity = _activity(request, P.PROJECT_SEE, photo.archive_id)
        return _page(request, activity, bound={f"hide_{pk}": form})
    messages.success(request, "照片已下架，公众看不到了。")
    return _back(photo.archive_id, "photos")


@needs(P.ACTIVITY_EDIT, P.PROJECT_REVIEW)
@require_POST
def turn_photo(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Move a photo, make it the cover, take it out, or show it again."""
    by, at = user_of(request), now()
    if verb == "show":
        photo = _hidable(request, pk)
        actions.show_photo(photo=photo, by=by, at=at)
        return _back(photo.archive_id, "photos")
    photo = _photo(request, P.ACTIVITY_EDIT, pk)
    if verb in {"up", "down"}:
        actions.move_photo(photo=photo, steps=-1 if verb == "up" else 1, by=by, at=at)
    elif verb == "cover":
        actions.choose_cover(photo=photo, by=by, at=at)
    elif verb == "remove":
        actions.remove_photo(photo=photo, by=by, at=at)
    else:
        raise NotFound("没有这一步，请回到归档页面。")
    return _back(photo.archive_id, "photos")


# -- Steps -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One step of the flow: who takes it, with which form, and what is said then."""

    label: str
    form: type[Form]
    act: Callable[[Archive, Said, User, datetime], None]
    done: str
    is_review: bool = False


MOVES = {
    "submit": Move(
        "提交归档", PlainForm,
        lambda archive, _said, by, at: actions.submit(archive=archive, by=by, at=at),
        "归档已提交，等上一级审核。",
    ),
    "withdraw": Move(
        "撤回修改", PlainForm,
        lambda archive, _said, by, at: actions.withdraw(archive=archive, by=by, at=at),
        "已撤回，可以继续修改。",
    ),
    "accept": Move(
        "审核通过", AcceptForm,
        lambda archive, said, by, at: actions.accept(archive=archive, **said, by=by, at=at),
        "已通过审核。", is_review=True,
    ),
    "send_back": Move(
        "退回补充", ReasonForm,
        lambda archive, said, by, at: actions.send_back(archive=archive, **said, by=by, at=at),
        "已退回，整理人会看到原因。", is_review=True,
    ),
    "publish": Move(
        "公开", PlainForm,
        lambda archive, _said, by, at: actions.publish(archive=archive, by=by, at=at),
        "已公开。",
    ),
    "reopen": Move(
        "重新打开", ReasonForm,
        lambda archive, said, by, at: actions.reopen(archive=archive, **said, by=by, at=at),
        "已重新打开，请整理人补充后再提交。", is_review=True,
    ),
}  # fmt: skip


@needs(P.ACTIVITY_EDIT, P.PROJECT_REVIEW)
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step of the flow; a form with errors is drawn again."""
    move = MOVES.get(verb)
    archive = _archive(request, P.PROJECT_SEE, pk)
    may_edit = may(request.user, P.ACTIVITY_EDIT, Activity.objects.all(), pk=pk)
    is_reviewer = queries.is_reviewer(archive, user_of(request))
    if move is None or not _may(verb, may_edit=may_edit, is_reviewer=is_reviewer):
        raise NotFound("没有这一步，或者它不由您办理。")
    if move.is_review and request.POST.get("seen", str(archive.version)) != str(archive.version):
        return _page(request, _activity(request, P.PROJECT_SEE, pk), is_unseen=True)
    form = move.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            move.act(archive, form.cleaned_data, user_of(request), now())
    if form.errors:
        return _page(request, _activity(request, P.PROJECT_SEE, pk), bound={verb: form})
    messages.success(request, move.done)
    return redirect("archives:desk_detail", pk)


def _may(verb: str, *, may_edit: bool, is_reviewer: bool) -> bool:
    if MOVES[verb].is_review:
        return is_reviewer
    return may_edit or (verb == "publish" and is_reviewer)


# -- The page ----------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    activity: Activity,
    bound: dict[str, Form] | None = None,
    *,
    is_unseen: bool = False,
) -> HttpResponse:
    forms_sent, at = bound or {}, now()
    archive = queries.whole(Archive.objects.filter(pk=activity.pk)).first()
    may_edit = may(request.user, P.ACTIVITY_EDIT, Activity.objects.all(), pk=activity.pk)
    is_reviewer = archive is not None and queries.is_reviewer(archive, user_of(request))
    is_open = archive is None or archive.state in EDITABLE_STATES
    days = policy.number("archives.submit_days", on=local_date(at))
    context = {
        "activity": activity,
        "archive": archive,
        "tone": TONES.get(archive.state, "neutral") if archive else "neutral",  # type: ignore[call-overload]
        "served": queries.served_at([activity.pk]),
        "photos": _drawn(archive, forms_sent, on=local_date(at)),
        "is_editable": may_edit and is_open and activity.starts_at <= at,
        "parts": {
            name: forms_sent.get(name) or _form(part.form, archive) for name, part in PARTS.items()
        },
        "steps": [
            (verb, move, forms_sent.get(verb) or move.form())
            for verb, move in _possible(archive, may_edit=may_edit, is_reviewer=is_reviewer)
        ],
        "due_on": queries.due_on(activity, days=days),
        "is_late": queries.is_late(activity, at=at),
        "is_over": activity.ends_at <= at,
        "may_see_hours": may(request.user, P.HOURS_SEE, Activity.objects.all(), pk=activity.pk),
        "may_take": may(request.user, P.SIGNUP_SEE, Activity.objects.all(), pk=activity.pk),
        "may_hide": archive is not None and (may_edit or is_reviewer),
        "is_unseen": is_unseen,
    }
    status = 409 if is_unseen else 422 if bound else 200
    return render(request, "archives/desk_detail.html", context, status=status)


def _drawn(archive: Archive | None, bound: dict[str, Form], *, on: Any) -> list[dict[str, Any]]:
    if archive is None:
        return []
    kb = policy.number("archives.original_kb", on=on)
    least, words = kb * KB, f"小于 {kb // KB} MB" if kb and kb % KB == 0 else f"小于 {kb} KB"
    return [
        {
            "photo": one,
            "is_small": one.original.size < least,
            "small_words": words,
            "form": bound.get(f"photo_{one.pk}") or PhotoForm(
                initial={"caption": one.caption, "faces": one.faces,
                         "consent_note": one.consent_note},
                auto_id=f"photo{one.pk}_%s",
            ),
            "is_open": f"photo_{one.pk}" in bound,
            "hide": bound.get(f"hide_{one.pk}") or ReasonForm(auto_id=f"hide{one.pk}_%s"),
            "is_hiding": f"hide_{one.pk}" in bound,
        }
        for one in archive.photos.all()
    ]  # fmt: skip


def _possible(
    archive: Archive | None, *, may_edit: bool, is_reviewer: bool
) -> list[tuple[str, Move]]:
    if archive is None:
        return []
    verbs = [step.verb for step in ARCHIVE_FLOW.verbs(archive.state)]
    return [
        (verb, MOVES[verb])
        for verb in verbs
        if _may(verb, may_edit=may_edit, is_reviewer=is_reviewer)
    ]


def _form(form: type[Form], archive: Archive | None, sent: Any = None, files: Any = None) -> Form:
    if form is OutcomesForm:
        numbers = {one.kind_id: one.number for one in archive.outcomes.all()} if archive else {}
        initial: Said = {f"kind_{key}": number for key, number in numbers.items()}
        return OutcomesForm(sent, kinds=queries.kinds_of(archive), initial=initial)
    if form is SummaryForm:
        return SummaryForm(sent, initial={"summary": archive.summary if archive else ""})
    # Names of fields come again in other forms of the page; each has ids of its own.
    return form(sent, files, auto_id=f"{form.__name__.removesuffix('Form').lower()}_%s")


def _archive_of(activity: Activity) -> Archive | None:
    return Archive.objects.filter(pk=activity.pk).first()


def _activity(request: HttpRequest, permission: Permission, pk: int) -> Activity:
    activities: QuerySet[Activity] = Activity.objects.of_service().select_related(
        "project__organization__region", "project__line", "region"
    )
    found: Activity = access.fetch(request.user, permission, activities, at=now(), pk=pk)
    return found


def _archive(request: HttpRequest, permission: Permission, pk: int) -> Archive:
    archives = Archive.objects.select_related("activity")
    found: Archive = access.fetch(request.user, permission, archives, at=now(), pk=pk)
    return found


def _photo(request: HttpRequest, permission: Permission, pk: int) -> Photo:
    photos = Photo.objects.select_related("archive__activity", "original", "shown", "small")
    found: Photo = access.fetch(request.user, permission, photos, at=now(), pk=pk)
    return found


def _hidable(request: HttpRequest, pk: int) -> Photo:
    """Return a photo that one may hide: as its organizer, or as who looks at the archive."""
    photo = _photo(request, P.PROJECT_SEE, pk)
    is_own = may(request.user, P.ACTIVITY_EDIT, Photo.objects.all(), pk=pk)
    if not is_own and not queries.is_reviewer(photo.archive, user_of(request)):
        raise NotFound("没有找到这张照片，或者它不由您管理。")
    return photo


def _back(pk: int, part: str) -> HttpResponse:
    response = redirect("archives:desk_detail", pk)
    response["Location"] += f"#{part}"
    return response

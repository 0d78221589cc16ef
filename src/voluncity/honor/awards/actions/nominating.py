"""Put somebody forward: write the story, hand it in in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files import queries as stored
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import Checked
from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions.models import Region
from voluncity.honor.awards import queries, rules
from voluncity.honor.awards.actions.steps import note, refuse_unless, step
from voluncity.honor.awards.models import Category, Nomination
from voluncity.honor.awards.rules import Story
from voluncity.honor.awards.states import (
    EDITABLE,
    ENDED,
    NOMINATION_FLOW,
    NomineeKind,
    Phase,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.service.projects.models import Project

K = NomineeKind
COLUMNS = {
    K.VOLUNTEER: "volunteer", K.ORGANIZATION: "nominee_organization", K.PROJECT: "project",
    K.COMMUNITY: "community",
}  # fmt: skip


@transaction.atomic
def nominate(
    *, category: Category, nominee: Any, said: Story, photo: Checked | None, by: User, at: datetime
) -> Nomination:
    """Begin to put somebody within one's own reach forward.

    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: when the nominee is out of reach.
    :raises Refusal: when the nominee was put forward already, or as many as one may were.
    :raises WrongState: outside the time of nominations.
    """
    _refuse_late(category, at)
    grant = queries.grant_for(by, category, nominee)
    if grant is None:
        raise NotAllowed("这个对象不在您的推荐范围内，请从列表中选择。", code="awards.out_of_reach")
    for_whom: dict[str, Any] = {
        "organization": grant.organization,
        "region": grant.organization.region if grant.organization else grant.region,
    }
    _refuse_more(category, **for_whom)
    return _make(category, nominee, said, photo, for_whom, by=by, at=at)


@transaction.atomic
def nominate_self(
    *, category: Category, said: Story, photo: Checked | None, by: User, at: datetime
) -> Nomination:
    """Begin to put oneself forward, where the selection allows it.

    :raises NotAllowed: when it does not, or for somebody who is not verified or not of age.
    :raises Refusal: when one was put forward already.
    :raises WrongState: outside the time of nominations.
    """
    _refuse_late(category, at)
    volunteer = by.volunteer_or_none
    if not category.selection.allows_self or category.kind != K.VOLUNTEER:
        raise NotAllowed("这一类不接受自荐，请联系所在的组织或社区推荐。", code="awards.no_self")
    if volunteer is None or volunteer.identity_state != IdentityState.VERIFIED:
        raise NotAllowed("自荐前要先完成实名认证，请到“我的”里办理。", code="awards.unverified")
    if not people.is_adult(volunteer.born_on, on=local_date(at)):
        raise NotAllowed("未成年人请由学校、社区或所在的组织推荐。", code="awards.minor")
    if not volunteer.region.path.startswith(category.selection.region.path):
        raise NotAllowed("您不在这项评选的范围内。", code="awards.out_of_reach")
    for_whom = {"organization": None, "region": volunteer.region}
    return _make(category, volunteer, said, photo, for_whom, by=by, at=at, is_self=True)


def _refuse_late(category: Category, at: datetime) -> None:
    refuse_unless(category.selection, Phase.NOMINATING, today=local_date(at), doing="推荐")


def _refuse_more(
    category: Category, organization: Organization | None, region: Region | None
) -> None:
    """Refuse more of one unit, or of one region, than the selection takes."""
    most = category.selection.most_per_nominator
    mine = Nomination.objects.filter(
        category=category, organization=organization, is_self=False
    ).exclude(state__in=ENDED)
    if organization is None:
        mine = mine.filter(region=region)
    # One at a time: the category's row is held while it is counted.
    Category.objects.filter(pk=category.pk).update(position=F("position"))
    if mine.count() >= most:
        raise Refusal(
            f"每个单位在这一类最多推荐 {most} 个，已经推荐满了；要换人，请先撤回一个。",
            code="awards.enough", field="nominee",
        )  # fmt: skip


def _make(  # noqa: PLR0913 -- who, in what, with which story, for whom, by whom
    category: Category,
    nominee: Any,
    said: Story,
    photo: Checked | None,
    for_whom: dict[str, Any],
    *,
    by: User,
    at: datetime,
    is_self: bool = False,
) -> Nomination:
    column = COLUMNS[K(category.kind)]
    nomination = Nomination(
        category=category, nominee_key=f"{category.kind}:{nominee.pk}", home=_home(nominee),
        is_self=is_self, made_at=at, made_by=by, waits_since=at,
        **{column: nominee}, **for_whom, **rules.checked_story(said),
    )  # fmt: skip
    if _is_known(category, nominee):
        raise _twice()
    try:
        with transaction.atomic():
            nomination.save(force_insert=True)
    except IntegrityError:
        raise _twice() from None
    if photo is not None:
        _keep_photo(nomination, photo, by=by, at=at)
    note(nomination, "make", by=by, at=at)
    return nomination


def _twice() -> Refusal:
    return Refusal(
        "这个对象在这一类已经有人推荐，不能重复推荐。", code="awards.twice", field="nominee"
    )


def _is_known(category: Category, nominee: Any) -> bool:
    """Return whether a person takes part already, by a record that was merged into this one."""
    if not isinstance(nominee, Volunteer):
        return False
    theirs = Nomination.objects.filter(category=category, volunteer__in=people.records_of(nominee))
    return theirs.exclude(state__in=ENDED).exists()


def _home(nominee: Any) -> Region:
    if isinstance(nominee, Volunteer | Organization):
        return nominee.region
    if isinstance(nominee, Project):
        return nominee.organization.region
    assert isinstance(nominee, Region)  # noqa: S101 -- one of the four kinds
    return nominee


def _keep_photo(nomination: Nomination, photo: Checked, *, by: User, at: datetime) -> None:
    """Keep the photo closed; the page of the nominee shows it once everybody may see it."""
    kept = files.store(photo, subject=nomination.subject, by=by, at=at)
    Nomination.objects.filter(pk=nomination.pk).update(photo=kept)
    nomination.photo = kept


@transaction.atomic
def write_story(
    *, nomination: Nomination, said: Story, photo: Checked | None, by: User, at: datetime
) -> Nomination:
    """Write a story anew; a consent to the older one does not hold for it.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it was handed in, somebody was faster, or it is too late.
    """
    _refuse_too_late_to_write(nomination, at)
    checked = rules.checked_story(said)
    step(
        nomination, "write", by=by, at=at, version=F("version") + 1, consented_version=None,
        consented_at=None, consented_by=None, **checked,
    )  # fmt: skip
    if photo is not None:
        _keep_photo(nomination, photo, by=by, at=at)
    return nomination


@transaction.atomic
def add_paper(*, nomination: Nomination, paper: Checked, by: User, at: datetime) -> StoredFile:
    """Lay a paper beside the story, for those who check and review.

    :raises Refusal: when there are three already.
    :raises WrongState: when it was handed in.
    """
    if nomination.state not in EDITABLE:
        raise WrongState("材料已经提交，要补充请联系主办单位退回。", code="awards.handed_in")
    if papers_of(nomination).count() >= rules.PAPERS_MOST:
        raise Refusal(f"证明材料最多 {rules.PAPERS_MOST} 份。", code="awards.papers", field="paper")
    return files.store(paper, subject=f"{nomination.subject}:paper", by=by, at=at)


def papers_of(nomination: Nomination) -> Any:
    """Return the papers beside a story, oldest first."""
    return stored.of(f"{nomination.subject}:paper")


def _refuse_too_late_to_write(nomination: Nomination, at: datetime) -> None:
    """What was sent back may be mended until the vote begins; a draft only while it is time."""
    phases = (Phase.NOMINATING,)
    if nomination.submitted_at is not None:
        phases = (Phase.NOMINATING, Phase.REVIEWING)  # type: ignore[assignment]
    today = local_date(at)
    refuse_unless(nomination.category.selection, *phases, today=today, doing="修改材料")


@transaction.atomic
def submit_nomination(*, nomination: Nomination, by: User, at: datetime) -> Nomination:
    """Hand a story in: the nominee is asked; who puts themself forward has said yes.

    :raises BadInput: when something is missing, with all that is.
    :raises WrongState: when it was handed in, or it is too late.
    """
    verb = "propose" if nomination.is_self else "submit"
    NOMINATION_FLOW.after(verb, nomination.state)
    _refuse_too_late_to_write(nomination, at)
    if lacking := rules.missing(nomination):
        raise BadInput(f"还不能提交，请先补齐：{'、'.join(lacking)}。", field="story")
    today = local_date(at)
    is_own_voice = (
        not nomination.is_self
        and nomination.kind != K.VOLUNTEER
        and (queries.speaks_for(by, nomination, on=today))
    )
    if not nomination.is_self and not queries.speakers(nomination, on=today):
        raise Refusal(
            "推荐对象还没有能登录的账号（未成年人需要监护人的账号），没有办法征得同意，请先请对方登录平台。",
            code="awards.nobody_to_ask",
        )
    if nomination.is_self or is_own_voice:
        return _submit_with_consent(nomination, by=by, at=at)
    return step(nomination, verb, by=by, at=at, submitted_at=at)


def _submit_with_consent(nomination: Nomination, *, by: User, at: datetime) -> Nomination:
    """Hand in what the nominee puts forward: themself, or the unit by its own administrator."""
    return step(
        nomination, "propose", by=by, at=at, submitted_at=at, consented_at=at, consented_by=by,
        consented_version=nomination.version, is_named=True,
    )  # fmt: skip

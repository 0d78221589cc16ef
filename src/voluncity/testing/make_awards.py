"""Selections for tests, as far as they are needed: nominated, admitted, voted for, awarded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import Checked, check_document, check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.awards import actions
from voluncity.honor.awards.actions import Decision, Place, Scores
from voluncity.honor.awards.models import (
    Award,
    Ballot,
    Category,
    Judge,
    Nomination,
    Review,
    Selection,
)
from voluncity.honor.awards.queries.voting import marks_of
from voluncity.honor.awards.rules import CategoryPlan, SelectionPlan, Story
from voluncity.honor.awards.states import NomineeKind
from voluncity.kernel.clock import local_date
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_orgs import give, make_member
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of

_numbers = count(1)
DAY = timedelta(days=1)
# Seen from the day on which a selection is published.
REVIEWED, VOTED, DECIDED = 10 * DAY, 12 * DAY, 20 * DAY
STORY = Story(
    "二十年如一日的巡逻员",
    "每天傍晚在楼院里走一圈，二十年没有间断。",
    "他住在老旧小区，退休后每天傍晚巡逻，劝住乱停车，扶起摔倒的老人，" * 3,
)
PEOPLE = CategoryPlan(NomineeKind.VOLUNTEER, "最美志愿者", 2, 2)
TEAMS = CategoryPlan(NomineeKind.ORGANIZATION, "最佳志愿服务组织", 1, 1)


def make_award_plan(region: Region, *, at: datetime = NOON, **said: Any) -> SelectionPlan:
    """Return a plan: ten days of nominations, two of checks, eight of votes; two to decide."""
    today = local_date(at)
    usual: dict[str, Any] = {
        "title": f"最美志愿者评选 {next(_numbers)}", "year": today.year, "region_id": region.pk,
        "issuer": "太原市文明办", "intro": "评选一年来的好人好事。",
        "nominate_from": today, "nominate_until": today + 9 * DAY,
        "review_until": today + 15 * DAY, "vote_from": today + VOTED,
        "vote_until": today + 19 * DAY, "expert_weight": 60, "vote_weight": 40,
        "office_weight": 0, "publicity_workdays": 5, "least_reviews": 1,
        "allows_self": True, "categories": (PEOPLE, TEAMS),
    }  # fmt: skip
    return SelectionPlan(**(usual | said))


def make_draft_selection(region: Region, *, at: datetime = NOON, **said: Any) -> Selection:
    """Return a selection that is not published."""
    plan = make_award_plan(region, at=at, **said)
    return actions.make_selection(plan=plan, by=make_user("评选经办"), at=at)


def make_selection(region: Region, *, at: datetime = NOON, **said: Any) -> Selection:
    """Return a selection whose nominations begin today."""
    draft = make_draft_selection(region, at=at, **said)
    return actions.publish_selection(selection=draft, by=draft.made_by, at=at)


def category_of(selection: Selection, kind: str = NomineeKind.VOLUNTEER) -> Category:
    """Return the category of a kind; it knows its selection."""
    found: Category = selection.categories.get(kind=kind)
    found.selection = selection
    return found


def make_nominator(organization: Organization, name: str = "推荐经办") -> User:
    """Return an administrator of an organization, who may put its members forward."""
    user = make_user(name)
    give(user, Role.ORG_ADMIN, organization)
    return user


def make_nomination(
    category: Category,
    nominee: Any,
    *,
    by: User,
    at: datetime = NOON,
    said: Story = STORY,
    photo: Checked | None = None,
) -> Nomination:
    """Put somebody forward, as a draft."""
    return actions.nominate(
        category=category, nominee=nominee, said=said, photo=photo, by=by, at=at
    )


def fresh(nomination: Nomination) -> Nomination:
    """Return a nomination as it is now."""
    found: Nomination = Nomination.objects.select_related(
        "category__selection__region", "volunteer", "nominee_organization",
        "project__organization", "community", "organization", "region", "photo",
    ).get(pk=nomination.pk)  # fmt: skip
    return found


def make_checking(
    category: Category, volunteer: Volunteer, *, by: User, at: datetime = NOON, **more: Any
) -> Nomination:
    """Put a volunteer forward who says yes; the office has to check it."""
    nomination = make_nomination(category, volunteer, by=by, at=at, **more)
    actions.submit_nomination(nomination=nomination, by=by, at=at)
    return actions.consent(
        nomination=nomination, version=nomination.version, is_named=True, by=user_of(volunteer),
        at=at,
    )  # fmt: skip


def make_admitted(
    category: Category, volunteer: Volunteer, *, by: User, at: datetime = NOON, **more: Any
) -> Nomination:
    """Let a volunteer take part."""
    nomination = make_checking(category, volunteer, by=by, at=at, **more)
    actions.admit_nomination(nomination=nomination, by=make_user("审核人"), at=at)
    return fresh(nomination)


def make_members(
    organization: Organization, names: Iterable[str] = ("李明", "赵静", "孙强")
) -> list[Volunteer]:
    """Return verified members of an organization who live where it lies."""
    found = [make_volunteer(name, region=organization.region) for name in names]
    for one in found:
        make_member(one, organization)
    return found


def make_judge(selection: Selection, name: str = "钱教授", *, at: datetime = NOON) -> Judge:
    """Invite an expert."""
    user = make_user(name)
    give(user, Role.EXPERT, selection.region)
    return actions.add_judge(selection=selection, user=user, by=make_user("组织人"), at=at)


def make_score(review: Review, points: int, *, at: datetime) -> Review:
    """Let an expert give the same points for every criterion."""
    criteria = review.nomination.category.selection.criteria.all()
    said = Scores(
        version=review.nomination.version, points={one.pk: points for one in criteria},
        comment="事迹实在", is_independent=True,
    )  # fmt: skip
    return actions.score(review=review, said=said, by=review.judge.user, at=at)


def make_vote(
    category: Category, voter: Volunteer, chosen: Iterable[Nomination], *, at: datetime,
    device: str = "", address: str = "",
) -> Ballot:  # fmt: skip
    """Cast somebody's ballot."""
    return actions.vote(
        category=category, chosen=[one.pk for one in chosen], voter=voter,
        place=Place(device, address), at=at,
    )  # fmt: skip


def make_decided(selection: Selection, chosen: Iterable[Nomination], *, at: datetime) -> Selection:
    """Compute, decide, and let another officer confirm: awards are shown."""
    wanted = frozenset(one.pk for one in chosen)
    actions.count_selection(selection=selection, by=make_user("计票人"), at=at)
    reasons = {
        one.pk: "综合考虑" for one in Nomination.objects.filter(category__selection=selection)
    }
    actions.decide_selection(
        selection=selection, decision=Decision(wanted, reasons), by=make_user("评定人"), at=at
    )
    return actions.confirm_decision(selection=selection, by=make_user("复核人"), at=at)


def make_awarded(
    selection: Selection, chosen: Iterable[Nomination], *, at: datetime
) -> list[Award]:
    """Let awards count."""
    make_decided(selection, chosen, at=at)
    found = list(Award.objects.filter(selection=selection))
    for award in found:
        actions.take_effect(award_id=award.pk, at=at + 7 * DAY)
    return list(Award.objects.filter(selection=selection).select_related("nomination__volunteer"))


def make_world_awards(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Return a selection in its nominations, one that is over, and one that is a draft."""
    at, by = now(), make_nominator(organization)
    county = organization.region.parent or organization.region
    open_one = make_selection(county, at=at)
    category = category_of(open_one)
    draft = make_nomination(category, make_members(organization, ["吴芳"])[0], by=by, at=at)
    waiting = make_checking(category, make_members(organization, ["郑华"])[0], by=by, at=at)
    actions.send_back_nomination(
        nomination=waiting, remarks="请补充时间", by=make_user("审核人"), at=at
    )
    actions.add_paper(nomination=fresh(waiting), paper=check_document(make_paper()), by=by, at=at)
    judge = make_judge(open_one, at=at)
    admitted = make_admitted(category, make_members(organization, ["冯军"])[0], by=by, at=at)
    review = Review.objects.get(judge=judge, nomination=admitted)
    proposal = _proposal(open_one, category, admitted, at=at)
    mine = actions.nominate_self(
        category=category, said=STORY, photo=None, by=user_of(volunteer), at=at
    )
    over = _over(organization, volunteer, county, by, at=at - 60 * DAY)
    return {
        "selection": open_one.pk, "own_award_draft": mine.pk,
        "award_category": category.pk, "award_draft": draft.pk,
        "award_nomination": waiting.pk, "award_judge": judge.pk, "award_review": review.pk,
        "award_paper": _paper_of(waiting), "set_aside": proposal, **over,
        "draft_selection": make_draft_selection(county, at=at).pk,
    }  # fmt: skip


def _paper_of(nomination: Nomination) -> int:
    pk: int = StoredFile.objects.get(subject=f"{nomination.subject}:paper").pk
    return pk


def _proposal(selection: Selection, category: Category, chosen: Nomination, *, at: datetime) -> int:
    voter = make_volunteer("何平", region=selection.region)
    marks = marks_of(voter, selection.pk)
    ballot = Ballot.objects.create(
        category=category, record_mark=marks.record, paper_mark=marks.paper, cast_at=at,
        device="d" * 32,
    )  # fmt: skip
    ballot.choices.create(nomination=chosen)
    proposal = actions.ask_set_aside(
        selection=selection, kind="device", key="d" * 32, reason="同一部手机",
        by=make_user("提出人"), at=at,
    )  # fmt: skip
    return proposal.pk


def _over(
    organization: Organization, volunteer: Volunteer, county: Region, by: User, *, at: datetime
) -> dict[str, Any]:
    over = make_selection(county, at=at)
    category = category_of(over)
    judge = make_judge(over, "周教授", at=at)
    nomination = make_admitted(category, volunteer, by=by, at=at, photo=check_image(make_upload()))
    make_score(Review.objects.get(judge=judge, nomination=nomination), 90, at=at + REVIEWED)
    [award] = make_awarded(over, [nomination], at=at + DECIDED)
    return {
        "past_selection": over.pk, "past_category": category.pk, "nominee": nomination.pk,
        "award": award.pk, "award_serial": award.serial,
    }  # fmt: skip

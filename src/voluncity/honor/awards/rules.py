"""What is said about selections and nominees, and how scores become places."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from voluncity.city.people.rules import Limit
from voluncity.honor.awards.models import Nomination, Selection
from voluncity.honor.awards.states import SELECTION_FLOW, NominationState, NomineeKind
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words

TITLE_MOST, ISSUER_MOST, INTRO_MOST = 40, 60, 1000
HEADLINE_MOST, SUMMARY_MOST, STORY_MOST = 40, 200, 3000
SUMMARY_LEAST, STORY_LEAST = 10, 50
REASON_MOST, REMARKS_MOST, COMMENT_MOST = 200, 300, 300
CRITERION_MOST, CATEGORY_MOST = 20, 30
PAPERS_MOST = 3
CRITERIA_MOST = 6
WHOLE = 100
HUNDREDTHS = 100
COUNTY_DEPTH = 3  # province, city, county in a region's path

VOTES = Limit("award_vote", 40, timedelta(hours=1), "您操作得太频繁了，请 {until} 以后再投票。")
VOTES_OF_ADDRESS = Limit(
    "vote_address",
    600,
    timedelta(minutes=10),
    "这个网络投票的人太多了，请 {until} 以后再试，或换用手机流量。",
)

LABELS = {
    "make": "填写推荐材料",
    "write": "修改材料",
    "submit": "提交，等待本人同意",
    "propose": "提交",
    "consent": "同意参评",
    "decline": "不同意参评",
    "send_back": "退回修改",
    "admit": "通过审核，入围",
    "refuse": "不予通过",
    "withdraw": "撤回",
    "hide": "收回公开同意",
}

SELECTION_LABELS = {
    **{step.verb: step.label for step in SELECTION_FLOW.steps},
    "remove_judge": "专家退出",
}


@dataclass(frozen=True)
class CategoryPlan:
    """One kind of honor: how many, and what a nominee must reach."""

    kind: str
    title: str
    quota: int
    choices_most: int
    county_most: int = 0
    least_minutes: int = 0
    least_stars: int = 0
    gap_years: int = 0
    clean_years: int = 0


FOUR_EXCELLENTS = (
    CategoryPlan(
        NomineeKind.VOLUNTEER, "最美志愿者", 10, 3,
        least_minutes=50 * 60, least_stars=0, gap_years=2, clean_years=2,
    ),
    CategoryPlan(NomineeKind.ORGANIZATION, "最佳志愿服务组织", 5, 2, gap_years=2, clean_years=2),
    CategoryPlan(NomineeKind.PROJECT, "最佳志愿服务项目", 5, 2, gap_years=2, clean_years=2),
    CategoryPlan(NomineeKind.COMMUNITY, "最美志愿服务社区", 5, 2, gap_years=2),
)  # fmt: skip
USUAL_CRITERIA = (("服务时间和频次", 25), ("服务实效", 35), ("创新和示范", 20), ("群众评价", 20))


@dataclass(frozen=True)
class SelectionPlan:
    """What an office says about a selection; days are inclusive, weights percent."""

    title: str
    year: int
    region_id: int
    issuer: str
    intro: str
    nominate_from: date
    nominate_until: date
    review_until: date
    vote_from: date
    vote_until: date
    expert_weight: int
    vote_weight: int
    office_weight: int
    publicity_workdays: int
    least_reviews: int = 3
    most_per_nominator: int = 3
    allows_self: bool = False
    is_live: bool = False
    criteria: tuple[tuple[str, int], ...] = USUAL_CRITERIA
    categories: tuple[CategoryPlan, ...] = field(default=FOUR_EXCELLENTS)


@dataclass(frozen=True)
class Story:
    """What is written about a nominee."""

    headline: str
    summary: str
    story: str


def checked_story(said: Story) -> dict[str, str]:
    """Return a story as it is stored; it may still be unfinished but for its headline.

    :raises BadInput: at the field that is too long or holds emoji.
    """
    return {
        "headline": words(said.headline, "headline", "一句话事迹", HEADLINE_MOST),
        "summary": words(said.summary, "summary", "事迹简介", SUMMARY_MOST, wanted=False),
        "story": words(said.story, "story", "主要事迹", STORY_MOST, wanted=False, long=True),
    }


def missing(nomination: Nomination) -> list[str]:
    """Return what a nomination lacks before it can be handed in, in words."""
    found = []
    if len(nomination.summary) < SUMMARY_LEAST:
        found.append(f"事迹简介至少 {SUMMARY_LEAST} 个字")
    if len(nomination.story) < STORY_LEAST:
        found.append(f"主要事迹至少 {STORY_LEAST} 个字")
    return found


def reason_words(value: str, *, field: str = "reason", label: str = "理由") -> str:
    """Return a reason; it is kept and may be read by whom it concerns.

    :raises BadInput: when there is none, or it is too long.
    """
    return words(value, field, label, REASON_MOST, long=True)


def check_plan(plan: SelectionPlan) -> None:
    """Refuse a plan whose days, weights or criteria do not fit together.

    :raises BadInput: at the field that is wrong.
    """
    if plan.nominate_until < plan.nominate_from:
        raise BadInput("推荐截止不能早于推荐开始。", field="nominate_until")
    if plan.vote_from <= plan.nominate_until:
        raise BadInput("投票要在推荐截止以后开始，中间留出审核的时间。", field="vote_from")
    if plan.vote_until < plan.vote_from:
        raise BadInput("投票截止不能早于投票开始。", field="vote_until")
    if plan.review_until <= plan.nominate_until:
        raise BadInput("评审截止要晚于推荐截止。", field="review_until")
    if plan.expert_weight + plan.vote_weight + plan.office_weight != WHOLE:
        raise BadInput("三项权重加起来应为 100。", field="office_weight")
    if not plan.criteria or sum(weight for _, weight in plan.criteria) != WHOLE:
        raise BadInput("评分标准的权重加起来应为 100。", field="weight_1")
    if any(number > 1 for number in Counter(title for title, _ in plan.criteria).values()):
        raise BadInput("评分标准不能重名。", field="criterion_1")
    _check_titles(plan.categories)


def _check_titles(categories: Iterable[CategoryPlan]) -> None:
    known: set[str] = set()
    for one in categories:
        if one.title.strip() in known:
            raise BadInput("荣誉称号不能重名。", field=f"{one.kind}_title")
        known.add(one.title.strip())


def county_of(path: str) -> str:
    """Return the part of a region's path that names its county; "" above the counties."""
    codes = path.strip("/").split("/")
    return codes[COUNTY_DEPTH - 1] if len(codes) >= COUNTY_DEPTH else ""


def new_serial(year: int) -> str:
    """Return a certificate number: the year and eight random digits, so that none is guessed."""
    return f"BZ{year}{secrets.randbelow(10**8):08d}"


def minute_of(at: datetime) -> datetime:
    """Return the minute of an instant: nothing finer is kept of a ballot."""
    return at.replace(second=0, microsecond=0)


# -- Scores ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What is known of one nominee; points are hundredths of 100."""

    nomination_id: int
    county: str
    number: int
    expert: int
    reviews: int
    votes: int
    office: int


@dataclass(frozen=True)
class Place:
    """Where a nominee comes out, and whether the rule chooses them."""

    standing: Standing
    vote_points: int
    total: int
    place: int
    by_rule: bool


@dataclass(frozen=True)
class Weights:
    """Percent of each part of the score."""

    expert: int
    vote: int
    office: int

    @staticmethod
    def of(selection: Selection) -> Weights:
        """Return the weights of a selection."""
        return Weights(selection.expert_weight, selection.vote_weight, selection.office_weight)


def replaced(standing: Standing, *, office: int) -> Standing:
    """Return a standing with the office's points."""
    return replace(standing, office=office)


def review_points(given: Iterable[tuple[int, int]]) -> int:
    """Return hundredths for (weight in percent, points to 100) of each criterion."""
    return sum(weight * points for weight, points in given)


def mean(values: Sequence[int]) -> int:
    """Return the mean of whole numbers, half rounded up; 0 for none."""
    return (2 * sum(values) + len(values)) // (2 * len(values)) if values else 0


def places(
    standings: Sequence[Standing], weights: Weights, *, quota: int, county_most: int
) -> list[Place]:
    """Rank the nominees of a category: most points first; equal points share a place.

    The most voted-for has 100 points of the vote, others in proportion. Of equals the experts'
    points, then the votes decide whom the rule chooses; whoever is equal in all of them at the end
    of the quota is not chosen by rule: the office decides.
    """
    most = max((one.votes for one in standings), default=0)
    scored = sorted(
        (_scored(one, weights, most) for one in standings), key=lambda one: one[:3], reverse=True
    )
    totals = [total for total, *_ in scored]
    chosen = _chosen(scored, quota, county_most)
    return [
        Place(
            standing=one, vote_points=_vote_points(one, most), total=total,
            place=totals.index(total) + 1, by_rule=one.nomination_id in chosen,
        )
        for total, _, _, one in scored
    ]  # fmt: skip


Scored = tuple[int, int, int, Standing]


def _vote_points(one: Standing, most: int) -> int:
    return one.votes * WHOLE * HUNDREDTHS // most if most else 0


def _scored(one: Standing, weights: Weights, most: int) -> Scored:
    total = (
        weights.expert * one.expert
        + weights.vote * _vote_points(one, most)
        + weights.office * one.office
    )
    return (total + WHOLE // 2) // WHOLE, one.expert, one.votes, one


def _chosen(scored: Sequence[Scored], quota: int, county_most: int) -> set[int]:
    """Take group after group of equals while all of a group fit in."""
    chosen: set[int] = set()
    counties: Counter[str] = Counter()
    groups: dict[tuple[int, int, int], list[Standing]] = {}
    for total, expert, votes, one in scored:
        groups.setdefault((total, expert, votes), []).append(one)
    for equals in groups.values():
        wanted = Counter(one.county for one in equals)
        fit = [
            one
            for one in equals
            if not (county_most and one.county)
            or counties[one.county] + wanted[one.county] <= county_most
        ]
        if len(chosen) + len(fit) > quota:
            break
        chosen |= {one.nomination_id for one in fit}
        counties.update(one.county for one in fit)
    return chosen


def points_text(hundredths: int) -> str:
    """Return points as people read them: 86.50."""
    return f"{hundredths // HUNDREDTHS}.{hundredths % HUNDREDTHS:02d}"


def waits_days(nomination: Nomination, at: datetime) -> int:
    """Return for how many days a nomination has waited where it is."""
    return max((local_date(at) - local_date(nomination.waits_since)).days, 0)


WAITS_FOR = {
    NominationState.DRAFT: "推荐人",
    NominationState.SENT_BACK: "推荐人",
    NominationState.ASKED: "推荐对象",
    NominationState.CHECKING: "主办单位",
}

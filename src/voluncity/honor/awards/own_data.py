"""What this slice keeps about one person, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.awards import queries
from voluncity.honor.awards.models import Category, Nomination, Selection
from voluncity.kernel.own_data import Cell, Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person was put forward for, was given, and in which votes they took part.

    For whom somebody voted is theirs alone: it stands in this copy and on no page of a desk.
    """
    put_forward = ("评选", "类别", "一句话事迹", "事迹简介", "主要事迹", "推荐", "状态")
    given = ("年度", "荣誉称号", "表彰单位", "证书编号", "状态")
    return [
        Section("award_nominations", "参加的评选", put_forward, _nominations(volunteer)),
        Section("awards", "获得的表彰", given, _awards(volunteer)),
        Section("award_votes", "投过的票", ("评选", "类别", "投给"), _votes(volunteer)),
    ]


def _nominations(volunteer: Volunteer) -> tuple[tuple[Cell, ...], ...]:
    found = queries.detailed().filter(volunteer__in=people.records_of(volunteer))
    return tuple(
        (
            one.category.selection.title, one.category.title, one.headline, one.summary,
            one.story, one.nominator, str(one.get_state_display()),
        )
        for one in found.exclude(state="draft").order_by("pk")
    )  # fmt: skip


def _awards(volunteer: Volunteer) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (one.year, one.title, one.issuer, one.serial, str(one.get_state_display()))
        for one in queries.awards_of(volunteer)
    )


def _votes(volunteer: Volunteer) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for selection in Selection.objects.exclude(published_at=None).order_by("pk"):
        mine = queries.my_ballots(volunteer, selection.pk)
        titles = dict(Category.objects.filter(pk__in=mine).values_list("pk", "title"))
        for category, chosen in sorted(mine.items()):
            named = Nomination.objects.filter(pk__in=chosen).select_related(
                "category", "volunteer", "nominee_organization", "project", "community"
            )
            names = "、".join(one.shown_name for one in named.order_by("number"))
            rows.append((selection.title, titles[category], names))
    return tuple(rows)

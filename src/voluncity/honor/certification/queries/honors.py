"""Read what was certified: for the person, the public and the offices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.people import queries as people
from voluncity.city.people.models import Consent, User, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.city.regions.models import Region
from voluncity.honor.certification import rules
from voluncity.honor.certification.models import Batch, Honor
from voluncity.honor.certification.queries.counting import figures
from voluncity.honor.certification.queries.ladders import rule_for
from voluncity.honor.certification.states import Doubt, HonorKind, honor_name
from voluncity.honor.leaderboards.queries import grown_since
from voluncity.honor.recognition.models import StarAward
from voluncity.honor.recognition.queries import certified_stars
from voluncity.honor.recognition.rules import check_code, facts_digest
from voluncity.kernel.clock import date_text
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean, number_in

AT_ONCE = 5_000  # people of one question


def live_honors(batch: Batch) -> QuerySet[Honor]:
    """Return what a batch certified and nobody took back, the highest first."""
    found = batch.honors.filter(revoked_at=None).select_related("volunteer__region")
    return found.order_by("-grade", "pk")


def honors_of(volunteer: Volunteer) -> QuerySet[Honor]:
    """Return everything certified to a person, also what was taken back, the newest first."""
    return _newest(people.records_of(volunteer))


def honors_for(user: User, *, on: date) -> QuerySet[Honor]:
    """Return everything certified to somebody and to the children whose guardian they are."""
    return _newest(people.records_for(user, on=on))


def _newest(records: Collection[int]) -> QuerySet[Honor]:
    found = Honor.objects.filter(volunteer__in=records).select_related("batch__region")
    return found.order_by("-certified_at", "-grade", "-pk")


def best_stars(volunteer_ids: Collection[int]) -> dict[int, tuple[int, str] | None]:
    """Return volunteer → grade and number of the highest living certified star, or none.

    Also of everybody with whom they are merged: what a merged record holds is the living one's.
    """
    families = people.families(volunteer_ids)
    whose = {*volunteer_ids, *families}
    live = Honor.objects.filter(volunteer__in=whose, kind=HonorKind.STARS, revoked_at=None)
    rows = live.order_by("grade", "pk").values_list("volunteer", "grade", "serial")
    found = {families.get(pk, [pk])[0]: (grade, serial) for pk, grade, serial in rows}
    return {pk: found.get(pk) for pk in whose}


def uncarried() -> list[int]:
    """Return the volunteers whose level does not say what is certified to them."""
    live = Honor.objects.filter(kind=HonorKind.STARS, revoked_at=None)
    carried = StarAward.objects.filter(withdrawn_at=None).exclude(certified_as="")
    rows = sorted(
        {pk for each in (live, carried) for pk in each.values_list("volunteer", flat=True)}
    )
    wrong: set[int] = set()
    for start in range(0, len(rows), AT_ONCE):
        best = best_stars(rows[start : start + AT_ONCE])
        held = certified_stars(best)
        wrong |= {pk for pk, star in best.items() if held.get(pk) != star}
    return sorted(wrong)


def best_of(volunteer: Volunteer) -> list[Honor]:
    """Return the highest live star and the highest live medal of a person."""
    best: dict[str, Honor] = {}
    for honor in honors_of(volunteer).filter(revoked_at=None).order_by("grade"):
        best[honor.kind] = honor
    return [best[kind] for kind in sorted(best)]


def graded_honors(batch: Batch) -> list[tuple[str, int]]:
    """Return how many live honors of each grade a batch has, the highest first."""
    found = batch.honors.filter(revoked_at=None).values_list("grade")
    rows = found.annotate(n=Count("pk")).order_by("-grade")
    return [(honor_name(batch.kind, grade), n) for grade, n in rows]


def shown_honors(batch: Batch, *, grade: str = "", on: date) -> QuerySet[Honor]:
    """Return the honors of a batch whose holders agree to be shown (masked), and are grown up.

    The publicity had to name everybody; a list that stays does not (PIPL art. 25).
    """
    agreed = Consent.objects.filter(
        volunteer=OuterRef("volunteer"), purpose=Purpose.RANKING, withdrawn_at=None
    )
    found = live_honors(batch).filter(
        Exists(agreed), volunteer__closed_at=None, volunteer__born_on__lte=grown_since(on)
    )
    if (number := number_in(grade)) is not None:
        found = found.filter(grade=number)
    return found


def find_honor(serial: str) -> Honor:
    """Return the honor that somebody wants to check.

    :raises NotFound: when there is none of this number.
    """
    wanted = clean(serial).replace(" ", "").upper()
    honor: Honor | None = (
        Honor.objects.select_related("batch__region", "volunteer").filter(serial=wanted).first()
    )
    if honor is None:
        raise NotFound(
            "没有查到这个编号，请核对证书上的编号后再试。", code="certification.no_honor"
        )
    return honor


def is_genuine(honor: Honor) -> bool:
    """Return whether the stored facts are still the ones that were certified."""
    digest = facts_digest(honor.facts)
    code = check_code(honor.serial, digest, key=settings.VOLUNCITY_INDEX_KEY)
    same = honor.facts["honor"] == honor.name
    return digest == honor.digest and code == honor.check_code and same


def desk_honors(scope: Scope, *, words: str = "", doubt: bool = False) -> QuerySet[Honor]:
    """Return the honors within reach, found by serial, number or name; doubted ones first."""
    found: QuerySet[Honor] = Honor.objects.in_scope(scope).select_related(
        "volunteer__region", "batch__region"
    )
    if doubt:
        return found.filter(doubt=Doubt.SHORT, revoked_at=None).order_by("doubted_at", "pk")
    if words:
        found = found.filter(
            Q(serial=words.upper())
            | Q(volunteer__number=words)
            | Q(volunteer__name__startswith=words)
        )
    return found.order_by("-certified_at", "-grade", "-pk")


def doubted(scope: Scope) -> int:
    """Return how many honors within reach wait for a second look."""
    return desk_honors(scope, doubt=True).count()


def values_now(honor: Honor, *, on: date) -> dict[str, int]:
    """Return the numbers of an honor's holder up to a day, counted this moment."""
    living = people.living_record(honor.volunteer_id)
    return figures(rule_for(honor.batch.ladder), [living], on)[living]


def still_earned(honor: Honor, *, today: date) -> bool:
    """Return whether the numbers still carry an honor, on its day or today.

    Of who was nominated without reaching them, they must not be less than they were.
    """
    rule = rule_for(honor.batch.ladder)
    days = (honor.batch.until, today)
    found = [values_now(honor, on=day) for day in days]
    if not honor.facts["by_rule"]:
        return any(one["minutes"] >= honor.facts["values"]["minutes"] for one in found)
    return any(_hours_meet(rule, honor.grade, one) for one in found)


def _hours_meet(rule: rules.Rule, grade: int, values: dict[str, int]) -> bool:
    """Compare hours only: a later case or absence is another matter."""
    quiet = values | {"cases": 0, "absences": 0}
    return rules.meets(rule, grade, quiet)


def facts_told(honor: Honor) -> list[tuple[str, str]]:
    """Return the frozen numbers of an honor in words: label and value, as it was certified."""
    values, asked = honor.facts["values"], honor.facts["asked"]
    return [
        (m.label, f"{m.told(values[m.key])}（要求 {m.told(asked[m.key])}）")
        for m in rules.MEASURES
        if asked.get(m.key)
    ]


def press_text(batch: Batch) -> str:
    """Return a press text of what was certified, to be gone over by the office."""
    honors = list(live_honors(batch))
    counted = graded_honors(batch)
    grades = "、".join(f"{name} {n} 名" for name, n in counted)
    minutes = sum(one.facts["values"]["minutes"] for one in honors)
    most = max((one.facts["values"]["minutes"] for one in honors), default=0)
    lines = [
        f"{batch.region.name}{batch.title}揭晓 {len(honors)} 名志愿者获认定",
        "",
        (
            f"日前，{batch.region.name}完成{batch.title}。经平台按标准统计、逐人审核并向社会公示"
            f" {batch.ladder.publicity_workdays} 个工作日，共认定{grades}。"
        ),
        "",
        (
            f"统计截至{date_text(batch.until)}，平台共核对 {batch.looked_at:,} 名有服务记录的"
            f"志愿者。本次获认定的 {len(honors)} 人累计服务 {hours_text(minutes)}，"
            f"人均 {hours_text(minutes // len(honors)) if honors else '0 分钟'}，"
            f"其中服务时间最长的一位累计 {hours_text(most)}。"
        ),
        *_by_county(honors),
        "",
        "认定所依据的时长全部来自平台的服务记录台账，每份证书都有编号，任何人都可以在平台核验。",
    ]
    return "\n".join(lines) + "\n"


def _by_county(honors: Collection[Honor]) -> list[str]:
    """Return a sentence about where the honored live, where that is several counties."""
    counted: dict[str, int] = {}
    for honor in honors:
        county = _county(honor.volunteer)
        counted[county] = counted.get(county, 0) + 1
    if len(counted) < 2:  # noqa: PLR2004 -- of one county there is nothing to compare
        return []
    named = _county_names(counted)
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    told = "、".join(f"{named.get(code, '其他')} {n} 人" for code, n in rows)
    return ["", f"从分布看：{told}。"]


def _county(volunteer: Any) -> str:
    return str(volunteer.region.code[:6] + "000000")


def _county_names(codes: Collection[str]) -> dict[str, str]:
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


def faults(*, limit: int = 20) -> list[str]:
    """Name honors that were changed, and candidates whose honor is not there; for check-books."""
    found = [
        f"certification: honor {honor.serial} was changed after it was certified"
        for honor in Honor.objects.order_by("pk").iterator(chunk_size=500)
        if not is_genuine(honor)
    ]
    lost = (
        Batch.objects.filter(candidates__state="certified", candidates__honor=None)
        .order_by("pk")
        .distinct()
    )
    found += [f"certification: batch {one.pk} certified somebody without an honor" for one in lost]
    found += [
        f"certification: the level of volunteer {pk} does not say what is certified"
        for pk in uncarried()
    ]
    return found[:limit]

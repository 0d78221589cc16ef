"""What follows: model stations take effect, and people hear what was found and decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse

from voluncity.city.access import queries as access
from voluncity.city.access.permissions import Permission
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.stations import actions
from voluncity.city.stations.models import Demonstration, Finding, Inspection, Station
from voluncity.city.stations.states import InspectionKind

Word = tuple[Iterable[int], str, str, str]


def follow_publicity(entries: list[Entry]) -> None:
    """Name model stations whose publicity ended well; let the others fall."""
    for entry in entries:
        if entry.data.get("subject_type") != "demonstration":
            continue
        pk = entry.data["subject_id"]
        if entry.verb == "publicity.take_effect":
            actions.publish_demonstration(demonstration_id=pk, at=entry.at)
        elif entry.verb == "publicity.overturn":
            actions.overturn_demonstration(demonstration_id=pk, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Tell a station's people what was found, inspectors what was mended, and who was named."""
    for entry in entries:
        teller = _TELLERS.get(entry.verb)
        word = teller(entry) if teller else None
        if word is None:
            continue
        people, title, body, url = word
        for user_id in people:
            inbox.send(
                user_id=user_id,
                key=f"stations:{entry.pk}:{user_id}",
                title=title,
                body=body,
                url=url,
                at=entry.at,
            )


def _inspected(entry: Entry) -> Word | None:
    inspection = Inspection.objects.select_related(_STATION).get(pk=entry.subject_id or 0)
    if inspection.kind != InspectionKind.VISIT:
        return None
    station, failed = inspection.station, inspection.answers.filter(finding__isnull=False).count()
    more = f"有 {failed} 项需要整改，请在期限内办理。" if failed else "没有需要整改的。"
    return (
        _people(station),
        "服务站检查结果",
        f"“{station.name}”检查得 {inspection.score} 分。{more}",
        reverse("stations:inspection", args=[inspection.pk]),
    )


def _fixed(entry: Entry) -> Word | None:
    finding = _finding(entry)
    inspector = finding.answer.inspection.by_id
    return [inspector], "服务站整改待复查", _about(finding), _page(finding)


def _rejected(entry: Entry) -> Word | None:
    finding = _finding(entry)
    words = f"{_about(finding)} 复查意见：{finding.check_note}"
    return _people(finding.station), "服务站整改被退回", words, _page(finding)


def _accepted(entry: Entry) -> Word | None:
    finding = _finding(entry)
    return _people(finding.station), "服务站整改已通过复查", _about(finding), _page(finding)


_NAMED = {
    "stations.show_demonstration": ("示范站申报已公示", "“{name}”正在公示，没有异议就命名。"),
    "stations.decline_demonstration": ("示范站申报未通过", "“{name}”：{reason}"),
    "stations.publish_demonstration": ("服务站成为示范站", "“{name}”公示结束，已命名为示范站。"),
    "stations.overturn_demonstration": ("示范站公示未通过", "“{name}”：{reason}"),
    "stations.withdraw_demonstration": ("示范站称号已撤销", "“{name}”：{reason}"),
}


def _named(entry: Entry) -> Word | None:
    row = Demonstration.objects.select_related(_STATION).get(pk=entry.subject_id or 0)
    title, body = _NAMED[entry.verb]
    words = body.format(name=row.station.name, reason=row.end_reason)
    people = {row.proposed_by_id, *_people(row.station)}
    return people, title, words, reverse("stations:desk_detail", args=[row.station_id])


_STATION = "station__organization__region"
_TELLERS: dict[str, Callable[[Entry], Word | None]] = {
    "stations.submit_inspection": _inspected,
    "stations.fix_finding": _fixed,
    "stations.reject_fix": _rejected,
    "stations.accept_fix": _accepted,
    **dict.fromkeys(_NAMED, _named),
}


def _people(station: Station) -> list[int]:
    """Return who works for the organization that runs a station, and keeps its page."""
    holders = access.people_with(
        Permission.STATION_EDIT, organization_path=station.organization.path, region_path=""
    )
    return sorted({grant.user_id for grant in holders})


def _finding(entry: Entry) -> Finding:
    found: Finding = Finding.objects.select_related(
        _STATION, "answer__item", "answer__inspection"
    ).get(pk=entry.subject_id or 0)
    return found


def _about(finding: Finding) -> str:
    return f"“{finding.station.name}”：{finding.answer.item.text}。"


def _page(finding: Finding) -> str:
    return reverse("stations:desk_finding", args=[finding.pk])

"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition.models import Certificate, StarAward, Total
from voluncity.kernel.own_data import Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return minutes by month, stars, and the certificates that were issued."""
    ids = people.records_of(volunteer)
    totals = Total.objects.filter(volunteer=volunteer).order_by("month")
    stars = StarAward.objects.filter(volunteer=volunteer).order_by("awarded_at", "pk")
    issued = Certificate.objects.filter(volunteer__in=ids).order_by("issued_at", "pk")
    issued = issued.select_related("printed__job__organization")
    return [
        Section(
            "minutes",
            "累计时长",
            ("月份", "信用时长（分钟）", "荣誉时长（分钟）"),
            tuple((t.month or "累计", t.proven_minutes, t.entered_minutes) for t in totals),
        ),
        Section(
            "stars",
            "星级",
            ("星级", "授予时间", "当时累计（分钟）", "撤回时间", "认定证书编号"),
            tuple(
                (
                    award.stars,
                    award.awarded_at.isoformat(),
                    award.minutes,
                    award.withdrawn_at.isoformat() if award.withdrawn_at else "",
                    award.certified_as,
                )
                for award in stars
            ),
        ),
        Section(
            "certificates",
            "服务证明",
            ("证明编号", "校验码", "内容", "出具时间", "状态", "说明", "代为打印", "用途"),
            tuple(
                (
                    certificate.serial,
                    certificate.check_code,
                    certificate.get_kind_display(),
                    certificate.issued_at.isoformat(),
                    certificate.get_state_display(),
                    certificate.state_reason,
                    *_printed(certificate),
                )
                for certificate in issued
            ),
        ),
    ]


def _printed(certificate: Certificate) -> tuple[str, str]:
    """Return which organization printed a paper for the person, and what for."""
    paper = getattr(certificate, "printed", None)
    return (paper.job.organization.name, paper.job.words) if paper else ("", "")

"""What must be true of trainings, for `check-books`."""

from __future__ import annotations

from django.db.models import F

from voluncity.service.hours.models import ServiceRecord
from voluncity.service.projects.states import ProjectState
from voluncity.service.teaching.models import Outcome, Session


def faults(*, limit: int = 20) -> list[str]:
    """Return what is wrong: learning that became hours, sessions outside the home of trainings."""
    teaching = {"signup__shift__activity__project__state": ProjectState.TEACHING}
    hours = ServiceRecord.objects.filter(**teaching).order_by("pk")[:limit]
    strays = Session.objects.exclude(activity__project__state=ProjectState.TEACHING)
    with_record = Outcome.objects.exclude(record=None)
    others = with_record.exclude(record__course=F("session__course"))
    found = [f"时长记录 {one.pk} 来自培训，培训不计服务时长" for one in hours]
    found += [f"培训班 {one.pk} 不在培训专用项目里" for one in strays.order_by("pk")[:limit]]
    found += [f"培训结果 {one.pk} 的证书是另一门课程的" for one in others.order_by("pk")[:limit]]
    return found[:limit]

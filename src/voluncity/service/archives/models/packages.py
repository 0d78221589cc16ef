"""Archives of several activities taken out together as one ZIP."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.jobs.models import Leased
from voluncity.service.archives.states import PackageState


class Package(Leased):
    """One ZIP of a project's, a line's or a period's archives; a worker makes it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="archive_packages"
    )
    project = models.ForeignKey(
        "projects.Project", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    line = models.ForeignKey(
        "projects.Line", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField("起")
    until = models.DateField("止")
    words = models.CharField("用途", max_length=100)
    state = models.CharField(
        max_length=8, choices=PackageState.choices, default=PackageState.WAITING
    )
    asked_at = models.DateTimeField("申请时间")
    total = models.PositiveIntegerField("场次")
    done = models.PositiveIntegerField("已完成", default=0)
    made_at = models.DateTimeField("生成时间", null=True, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(state=PackageState.WAITING),
                name="archives_one_package_at_a_time",
            ),
            models.CheckConstraint(
                name="archives_package_in_order",
                condition=Q(until__gte=F("since"), done__lte=F("total")),
            ),
            models.CheckConstraint(
                name="archives_a_ready_package_has_a_file",
                condition=Q(state=PackageState.READY, file__isnull=False, made_at__isnull=False)
                | Q(state=PackageState.REMOVED, file=None, made_at__isnull=False)
                | Q(
                    state__in=[PackageState.WAITING, PackageState.FAILED],
                    file=None,
                    made_at=None,
                ),
            ),
        ]
        indexes = [models.Index(fields=["owner", "-asked_at"], name="archives_own_packages")]

    def __str__(self) -> str:
        return f"{self.since}–{self.until} {self.state}"

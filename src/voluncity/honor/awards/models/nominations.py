"""Who is put forward, with which story, and what happened to it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.honor.awards.models.selections import Category, Happened
from voluncity.honor.awards.states import (
    ENDED,
    NOMINATION_TONES,
    NominationState,
    NomineeKind,
)
from voluncity.kernel.masks import mask_name

PERSON = settings.AUTH_USER_MODEL


class NominationQuerySet(ScopedQuerySet):
    """A nomination is checked by the office of its selection."""

    organization_path = ""
    region_path = "category__selection__region__path"

    def put_forward_in(self, scope: Scope) -> Self:
        """Keep what was put forward from within a scope: by its organizations, its regions."""
        reach = Q(pk__in=[])
        for path in scope.organizations:
            reach |= Q(organization__path__startswith=path)
        for path in scope.regions:
            reach |= Q(organization=None, region__path__startswith=path)
            reach |= Q(organization__region__path__startswith=path)
        return self.filter(reach, is_self=False)


class Nomination(models.Model):
    """Somebody is put forward in a category, with a story that the nominee agreed to.

    `nominee_key` names the nominee whatever it is ("volunteer:12"): nobody is put forward twice in
    a category. `version` goes up with every change of the story; consent and scores are of one.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="nominations")
    nominee_key = models.CharField(max_length=32)
    volunteer = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    nominee_organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    project = models.ForeignKey(
        "projects.Project", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    community = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Where the nominee lives or stands: for the county's quota.
    home = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=NominationState.choices, default=NominationState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    headline = models.CharField("一句话事迹", max_length=40)
    summary = models.CharField("事迹简介", max_length=200, blank=True)
    story = models.TextField("主要事迹", max_length=3000, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_self = models.BooleanField("自荐", default=False)
    # For which unit or region somebody puts forward; the region also of an organization.
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("填写时间")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    consented_at = models.DateTimeField("同意时间", null=True, blank=True)
    consented_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    consented_version = models.PositiveIntegerField(null=True, blank=True)
    is_named = models.BooleanField("公开全名", default=False)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("说明", max_length=300, blank=True)
    facts = models.JSONField("参评条件", default=list, blank=True)  # as they were when admitted
    number = models.PositiveSmallIntegerField("编号", null=True, blank=True)  # of the category
    hidden_at = models.DateTimeField("隐藏时间", null=True, blank=True)  # consent taken back
    waits_since = models.DateTimeField("等待起点")

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["category", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="awards_nominee_once_per_category",
                fields=["category", "nominee_key"],
                condition=~Q(state__in=ENDED),
            ),
            models.UniqueConstraint(
                name="awards_number_once_per_category", fields=["category", "number"]
            ),
            models.CheckConstraint(
                name="awards_one_nominee",
                condition=Q(
                    volunteer__isnull=False, nominee_organization=None, project=None,
                    community=None,
                )
                | Q(
                    volunteer=None, nominee_organization__isnull=False, project=None,
                    community=None,
                )
                | Q(
                    volunteer=None, nominee_organization=None, project__isnull=False,
                    community=None,
                )
                | Q(
                    volunteer=None, nominee_organization=None, project=None,
                    community__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="awards_admitted_with_consent_and_number",
                condition=~Q(state=NominationState.ADMITTED)
                | Q(
                    consented_version=models.F("version"), consented_at__isnull=False,
                    number__isnull=False, decided_at__isnull=False, decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="awards_refused_with_a_reason",
                condition=~Q(state__in=[NominationState.REFUSED, NominationState.SENT_BACK])
                | ~Q(reason=""),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "waits_since"], name="awards_waiting")]

    def __str__(self) -> str:
        return f"{self.nominee_key} {self.state}"

    @property
    def kind(self) -> str:
        """Return what the nominee is."""
        return self.category.kind

    @property
    def name(self) -> str:
        """Return the nominee's name, for those who may know."""
        if self.volunteer is not None:
            return self.volunteer.name
        if self.nominee_organization is not None:
            return self.nominee_organization.name
        nominee = self.project or self.community
        return nominee.name if nominee is not None else ""

    @property
    def shown_name(self) -> str:
        """Return the name for everybody: a person's in full only with consent."""
        if self.category.kind == NomineeKind.VOLUNTEER and not (
            self.is_named and self.hidden_at is None
        ):
            return mask_name(self.name)
        return self.name

    @property
    def is_open(self) -> bool:
        """Return whether everybody may read the story and see the photo."""
        return self.state == NominationState.ADMITTED and self.hidden_at is None

    @property
    def nominator(self) -> str:
        """Return for which unit or region it was put forward."""
        if self.is_self:
            return "自荐"
        return self.organization.name if self.organization else self.region.name

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return NOMINATION_TONES.get(NominationState(self.state), "neutral")

    @property
    def subject(self) -> str:
        """Return how files name this nomination as what they belong to."""
        return f"nomination:{self.pk}"


class Move(Happened):
    """One thing that happened to a nomination, with the words that were said."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.verb}"

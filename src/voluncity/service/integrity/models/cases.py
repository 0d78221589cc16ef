"""A case about one organization or person: asked, answered, decided, appealed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.integrity.states import RUNNING, About, CaseState, SanctionKind

WORDS_MAX = 1000


def one_subject(prefix: str) -> list[models.BaseConstraint]:
    """Return the constraint that a row is about what `about` says, and nobody else."""
    return [
        models.CheckConstraint(
            name=f"integrity_{prefix}_is_about_one",
            condition=Q(about=About.ORGANIZATION, organizer=None, volunteer=None)
            | Q(about=About.ORGANIZER, organizer__isnull=False, volunteer=None)
            | Q(about=About.VOLUNTEER, organizer=None, volunteer__isnull=False),
        )
    ]


class CaseQuerySet(ScopedQuerySet):
    """A case lies where the organization lies whose hours it is about."""


class Case(models.Model):
    """Findings about one organization, organizer or volunteer, until they are decided.

    `organization` is the accused one, or the one whose hours the accused person dealt with.
    """

    about = models.CharField(max_length=12, choices=About.choices)
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="integrity_cases"
    )
    organizer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    volunteer = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPENED)
    opened_at = models.DateTimeField("立案时间")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    question = models.TextField("请说明的问题", max_length=WORDS_MAX, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answer_due_on = models.DateField("说明期限", null=True, blank=True)
    decision = models.TextField("认定理由", max_length=WORDS_MAX, blank=True)
    decided_at = models.DateTimeField("认定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    appeal_due_on = models.DateField("申诉期限", null=True, blank=True)
    appeal_decision = models.TextField("申诉结果", max_length=WORDS_MAX, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    # None where the time for an appeal ran out.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            *one_subject("case"),
            models.UniqueConstraint(
                name="integrity_one_running_case_per_organization",
                fields=["organization"],
                condition=Q(state__in=RUNNING, about=About.ORGANIZATION),
            ),
            models.UniqueConstraint(
                name="integrity_one_running_case_per_organizer",
                fields=["organization", "organizer"],
                condition=Q(state__in=RUNNING, about=About.ORGANIZER),
            ),
            models.UniqueConstraint(
                name="integrity_one_running_case_per_volunteer",
                fields=["organization", "volunteer"],
                condition=Q(state__in=RUNNING, about=About.VOLUNTEER),
            ),
            models.CheckConstraint(
                name="integrity_asked_with_a_deadline",
                condition=Q(asked_at=None, answer_due_on=None, question="")
                | (Q(asked_at__isnull=False, answer_due_on__isnull=False) & ~Q(question="")),
            ),
            models.CheckConstraint(
                name="integrity_decided_with_reason_and_name",
                condition=Q(
                    state__in=[CaseState.OPENED, CaseState.ASKED, CaseState.ANSWERED],
                    decided_at=None,
                    decided_by=None,
                    decision="",
                )
                | (
                    ~Q(state__in=[CaseState.OPENED, CaseState.ASKED, CaseState.ANSWERED])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision="")
                ),
            ),
            # PEERS.md (b) 5, and what every court knows: another person decides on the appeal.
            models.CheckConstraint(
                name="integrity_appeal_is_decided_by_another",
                condition=~Q(state__in=[CaseState.CONFIRMED, CaseState.LIFTED])
                | Q(closed_by=None)
                | ~Q(closed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="integrity_nobody_decides_their_own_case",
                condition=Q(organizer=None)
                | (
                    (Q(decided_by=None) | ~Q(decided_by=F("organizer")))
                    & (Q(closed_by=None) | ~Q(closed_by=F("organizer")))
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "appeal_due_on"], name="integrity_cases_due"),
            models.Index(fields=["-opened_at", "-id"], name="integrity_cases_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.state}"

    @property
    def subject(self) -> str:
        """Return how files name this case as what they belong to."""
        return f"integrity_case:{self.pk}"


class Statement(models.Model):
    """What the accused say: the explanation, or the appeal; with evidence as files of the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="statements")
    is_appeal = models.BooleanField(default=False)
    text = models.TextField("说明", max_length=WORDS_MAX)
    files = models.ManyToManyField("files.StoredFile", related_name="+", blank=True)
    made_at = models.DateTimeField("提交时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="integrity_one_statement_of_each_kind", fields=["case", "is_appeal"]
            )
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {'appeal' if self.is_appeal else 'answer'}"


class Sanction(models.Model):
    """One thing that follows from a founded case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sanctions")
    kind = models.CharField("措施", max_length=14, choices=SanctionKind.choices)
    until = models.DateField("到期", null=True, blank=True)
    suspension = models.OneToOneField(
        "hours.Suspension", null=True, blank=True, on_delete=models.PROTECT, related_name="sanction"
    )
    # Which hours are cancelled once the case is closed.
    records = models.ManyToManyField("hours.ServiceRecord", related_name="sanctions", blank=True)
    done_at = models.DateTimeField("执行时间", null=True, blank=True)
    lifted_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="integrity_sanction_once_per_case", fields=["case", "kind"]
            ),
            models.CheckConstraint(
                name="integrity_a_lost_right_has_an_end",
                condition=Q(
                    kind__in=[SanctionKind.WARNING, SanctionKind.CANCEL],
                    until=None,
                    suspension=None,
                )
                | Q(
                    kind__in=[SanctionKind.STOP_ENTRY, SanctionKind.STOP_CONFIRM],
                    until__isnull=False,
                    suspension__isnull=False,
                ),
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

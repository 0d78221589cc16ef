"""What stands in an application that is being written, and what stood there."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from voluncity.fund.calls.models.applications import Application, ApplicationQuerySet
from voluncity.fund.calls.states import FormerReason

USER = settings.AUTH_USER_MODEL


class Answer(models.Model):
    """What stands in one field: the words as they were typed, and how often they changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="answers")
    key = models.CharField(max_length=20)
    raw = models.TextField(blank=True)
    edition = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="calls_one_answer_of_a_key", fields=["application", "key"])
        ]

    def __str__(self) -> str:
        return self.key


class Former(models.Model):
    """Words that do not stand in a field, because somebody else's do; kept, never shown outside."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="formers")
    key = models.CharField(max_length=20)
    raw = models.TextField()
    edition = models.IntegerField()  # which they were, or from which they began
    reason = models.CharField(max_length=8, choices=FormerReason.choices)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    # Of a clash: when whoever wrote them decided what stands there.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["application", "key"], name="calls_former_of_a_key")]

    def __str__(self) -> str:
        return self.key


class BudgetLine(models.Model):
    """One line of the budget; its words are answers of the keys `b<number>_…`."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="calls_one_budget_line_of_a_number", fields=["application", "number"]
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class AttachmentQuerySet(ApplicationQuerySet):
    """A file is where its application is."""

    organization_path = "application__organization__path"
    region_path = "application__organization__region__path"
    office_path = "application__call__fund__region__path"


class Attachment(models.Model):
    """A file of one question; one that was handed in stays, also when it was taken off later."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="files")
    key = models.CharField(max_length=20)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)

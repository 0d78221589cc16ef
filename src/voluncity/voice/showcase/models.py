"""Stories of people, teams and brand projects, and galleries of what was done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.voice.showcase.states import StoryKind

K = StoryKind


class StoryQuerySet(ScopedQuerySet):
    """A story belongs where its article belongs."""

    organization_path = "article__organization__path"
    region_path = "article__region__path"


class Story(models.Model):
    """What an article of the showcase is about.

    A story about a person is seen only while that person agrees: to this story (`agreed_at`), and
    to photos in general (`people.Consent`). One no hides it at once; a yes is for what was handed
    in before it, so that nothing is added which the person has not read. What was refused stays
    hidden when the person agrees to a later text (`shown_from`).
    """

    article = models.OneToOneField(
        "news.Article", primary_key=True, on_delete=models.PROTECT, related_name="story"
    )
    kind = models.CharField("类型", max_length=8, choices=K.choices)
    volunteer = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="stories"
    )
    shown_name = models.CharField("公开称呼", max_length=20, blank=True)
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="stories"
    )
    brand = models.ForeignKey(
        "orgs.BrandProject", null=True, blank=True, on_delete=models.PROTECT, related_name="stories"
    )
    agreed_at = models.DateTimeField("本人同意", null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refused_at = models.DateTimeField("本人不同意", null=True, blank=True)
    refusal = models.CharField("说明", max_length=200, blank=True)
    # Versions before this one were refused: a yes that comes after a no does not bring them back.
    shown_from = models.PositiveSmallIntegerField(default=0)

    objects = StoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="showcase_about_what_its_kind_says",
                condition=(
                    Q(kind=K.PERSON, volunteer__isnull=False, organization=None, brand=None)
                    & ~Q(shown_name="")
                )
                | Q(kind=K.TEAM, volunteer=None, organization__isnull=False, brand=None)
                | Q(kind=K.BRAND, volunteer=None, organization=None, brand__isnull=False)
                | Q(kind=K.GALLERY, volunteer=None, organization=None, brand=None),
            ),
            models.CheckConstraint(
                name="showcase_agreed_at_and_by_together",
                condition=Q(agreed_at=None, agreed_by=None)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="showcase_yes_or_no",
                condition=Q(agreed_at=None) | Q(refused_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.kind}"

    @property
    def waits_for_answer(self) -> bool:
        """Return whether the person has not said yet what they think of what was handed in."""
        if self.agreed_at is None:
            return self.refused_at is None
        handed_in_at = self.article.submitted_at
        return handed_in_at is not None and self.agreed_at < handed_in_at

    @property
    def subject(self) -> str:
        """Return what it is about, as everybody may read it."""
        if self.kind == K.PERSON:
            return self.shown_name
        about = self.organization or self.brand
        return about.name if about is not None else ""


class StoryPhoto(models.Model):
    """A photo out of the archives, so that none is handed in twice.

    Whether it may be seen is decided there, by who looks after the faces in it.
    """

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey("archives.Photo", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="showcase_photo_once", fields=["story", "photo"])
        ]

    def __str__(self) -> str:
        return f"{self.story_id} {self.photo_id}"

"""Accounts: who can log in, what opens the door, and what slows guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from voluncity.city.people.states import CodePurpose

if TYPE_CHECKING:
    from voluncity.city.people.models.volunteers import Volunteer


class User(AbstractBaseUser):
    """Someone who can sign in; known by a random handle, found by the blind index of the phone."""

    handle = models.CharField(max_length=20, unique=True)
    display_name = models.CharField("姓名", max_length=40)
    phone_cipher = models.CharField(max_length=200, blank=True)
    # NULL for somebody without a phone: many may be without, no two share one.
    phone_index = models.CharField(max_length=64, null=True, blank=True, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField("创建时间")

    USERNAME_FIELD = "handle"
    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    def __str__(self) -> str:
        return self.display_name

    @property
    def volunteer_or_none(self) -> Volunteer | None:
        """Return this person's record as a volunteer, if there is one."""
        return getattr(self, "volunteer", None)


class SecondFactor(models.Model):
    """The key of an authenticator app, asked for after the password (RULES.md §3.5)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret_cipher = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    # NULL until the first code was right: only then is it asked for.
    confirmed_at = models.DateTimeField("启用时间", null=True, blank=True)
    last_step = models.PositiveBigIntegerField(default=0)  # of time; a code is worth one use

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """A printed code that opens once when the phone with the authenticator is lost."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_recovery_code_once", fields=["user", "digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at}"


class LoginCode(models.Model):
    """The last one-time code for a phone and a purpose; only its digest is kept.

    One row per phone and purpose: a new code takes the place of the older one.
    """

    phone_index = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10, choices=CodePurpose.choices)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_code_per_phone_and_purpose", fields=["phone_index", "purpose"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at}"


class LoginTry(models.Model):
    """One use of something that is limited per phone, account or address, to slow guessing."""

    scope = models.CharField(max_length=80)  # "password:<digest>"
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "at"], name="people_tries_by_scope")]

    def __str__(self) -> str:
        return f"{self.scope[:20]} {self.at}"

"""A rule for passwords whose sentence Django 5.2 has no Chinese for."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class LongEnough:
    """Refuse short passwords."""

    def __init__(self, min_length: int = 10) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:
        """Look at the length.

        :raises ValidationError: when the password is too short.
        """
        if len(password) < self.min_length:
            raise ValidationError(f"密码太短了，请至少用 {self.min_length} 个字符。")

    def get_help_text(self) -> str:
        """Say the rule."""
        return f"至少 {self.min_length} 个字符。"

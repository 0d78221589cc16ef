"""Rules for passwords that Django does not have, or has no Chinese sentence for."""

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


class SeveralKinds:
    """Refuse passwords of too few kinds of characters (GB/T 22239-2019, level 3: three kinds).

    Chinese characters and signs count as kinds of their own.
    """

    def __init__(self, least: int = 3) -> None:
        self.least = least

    def validate(self, password: str, user: object = None) -> None:
        """Count the kinds.

        :raises ValidationError: when there are too few.
        """
        if len({_kind(character) for character in password}) < self.least:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """Say the rule."""
        return (
            f"密码请至少用 {self.least} 类字符：大写字母、小写字母、数字、汉字、符号中任选"
            f" {self.least} 类。"
        )


def _kind(character: str) -> str:
    if character.isascii() and character.isupper():
        return "upper"
    if character.isascii() and character.islower():
        return "lower"
    if character.isdigit():
        return "digit"
    return "letter" if character.isalpha() else "sign"

"""One thing that may be done at the desk: its words, its form, and what it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from voluncity.city.people.models import User

Act = Callable[[Any, Any, User, datetime], object]


@dataclass(frozen=True)
class Handling:
    """One step with its label, form, action and the sentence when it is done."""

    verb: str
    label: str
    form: type[forms.Form]
    act: Act
    done: str

"""How people are named in a story."""

from __future__ import annotations

from dataclasses import dataclass

from voluncity.city.orgs.models import BrandProject, Organization
from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, words
from voluncity.voice.showcase.states import StoryKind

NAME_MOST = 20
WORDS_MOST = 200


@dataclass(frozen=True)
class Subject:
    """Whom or what a story is about; one of the three, or none for a gallery."""

    kind: StoryKind
    volunteer: Volunteer | None = None
    shown_name: str = ""
    organization: Organization | None = None
    brand: BrandProject | None = None


def shown_name(text: str, *, volunteer: Volunteer, is_minor: bool) -> str:
    """Return how a person is named to everybody; a minor never by the full name.

    :raises BadInput: when it is missing, too long, or a minor's full name.
    """
    named = words(text, "shown_name", "公开称呼", NAME_MOST)
    if is_minor and volunteer.name in named:
        family = volunteer.name[:1]
        raise BadInput(
            f"未满 18 岁的志愿者不能写全名，请写成“小{family}”“{family}同学”这样。",
            field="shown_name",
        )
    return named


def names_a_minor(text: str, *, volunteer: Volunteer) -> bool:
    """Return whether a text has the full name, also with blanks between its characters."""
    return volunteer.name in clean(text).replace(" ", "").replace("\n", "")

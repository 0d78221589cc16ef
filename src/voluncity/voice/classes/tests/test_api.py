"""Micro-classes by the API: contents, a chapter with its clock, and how far one has come."""

from __future__ import annotations

import pytest

from voluncity.city.tokens.states import TokenScope
from voluncity.testing.api import Program, program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_classes import make_class, make_draft
from voluncity.testing.make_people import NOON, make_user
from voluncity.voice.classes import queries


@pytest.mark.row("I3")
@pytest.mark.django_db
def test_a_chapter_is_learned_by_the_clock_of_the_server() -> None:
    revision, draft = make_class(), make_draft()
    pk, page = revision.micro_class_id, queries.pages_of(revision)[0]
    chapter = f"classes/{pk}/chapters/{page.chapter_id}"
    with stopped_at(NOON) as clock:
        learner = make_user("李学员")
        mine = program_of(learner)
        assert [one["id"] for one in Program().get("classes").body["items"]] == [pk]
        assert Program().get(f"classes/{draft.micro_class_id}").refusal[0] == 404
        assert Program().post(f"{chapter}/beat", {}).refusal[0] == 401
        assert mine.post(f"{chapter}/beat", {"position": 10}).body["seconds"] == 0
        assert mine.post(f"{chapter}/finish").status == 409
        clock.move(seconds=40)
        assert mine.post(f"{chapter}/finish").body["is_done"] is True
        shown = mine.get(f"classes/{pk}").body
        assert (shown["done"], shown["contents"][0]["is_done"]) == (1, True)
        assert Program().get(chapter).body["is_done"] is False
        others = program_of(learner, TokenScope.ORGANIZER_READ, TokenScope.VOLUNTEER_WRITE)
        assert others.get(chapter).body["is_done"] is False
        [begun] = mine.get("me/classes").body["items"]
        assert (begun["class_id"], begun["title"]) == (pk, revision.title)
        assert Program().get("classes", theme="gold").refusal[::2] == (422, "theme")

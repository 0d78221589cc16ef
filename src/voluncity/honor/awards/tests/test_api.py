"""Selections by the API: what runs, who takes part, and a vote that does not name the voter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.tokens.models import KeptAnswer
from voluncity.honor.awards.models import Ballot, Choice
from voluncity.honor.awards.tests.conftest import VOTING, Call
from voluncity.testing.api import Program, program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_people import NOON, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("D5")]


def test_a_vote_by_the_api_counts_once_and_is_written_down_nowhere_else(call: Call) -> None:
    first, second = call.admit(0), call.admit(1)
    page = f"award-categories/{call.category.pk}/vote"
    with stopped_at(VOTING):
        voter = program_of(user_of(call.voter()))
        phone = "a-phone-0123456789"
        cast = voter.post(page, {"chosen": [first.pk], "device": phone}, once="vote-1")
        assert (cast.status, cast.body["categories"][0]["has_voted"]) == (201, True)
        again = voter.post(page, {"chosen": [second.pk]}, once="vote-1")
        assert again.refusal == (409, "awards.voted", "")
        assert Program().get(f"selections/{call.selection.pk}").body["is_voting"] is True
    assert [one.nomination_id for one in Choice.objects.all()] == [first.pk]
    assert (Ballot.objects.count(), KeptAnswer.objects.count()) == (1, 0)
    kept = Ballot.objects.get().device
    assert (len(kept), phone in kept) == (32, False)  # its digest: many ballots of one are seen


def test_a_vote_for_too_many_or_nobody_that_takes_part_is_refused(call: Call) -> None:
    nominee, page = call.admit(), f"award-categories/{call.category.pk}/vote"
    with stopped_at(VOTING):
        voter = program_of(user_of(call.voter()))
        for chosen in ([], [nominee.pk, 1, 2], [10**9]):
            assert voter.post(page, {"chosen": chosen}).refusal[::2] == (422, "chosen")
    with stopped_at(NOON + timedelta(days=40)):
        assert voter.post(page, {"chosen": [nominee.pk]}).status == 409
    assert not Ballot.objects.exists()


def test_nominees_are_told_when_nominations_are_over(call: Call) -> None:
    nominee = call.admit()
    pages = f"selections/{call.selection.pk}/nominees", f"nominees/{nominee.pk}"
    with stopped_at(NOON):
        assert Program().get(pages[0]).body["items"] == []
        assert Program().get(pages[1]).refusal[0] == 404
        [line] = Program().get("selections").body["items"]
        assert (line["id"], line["phase"]) == (call.selection.pk, "nominating")
    with stopped_at(VOTING):
        [found] = Program().get(pages[0], category_id=call.category.pk).body["items"]
        story = Program().get(pages[1]).body
        assert (found["id"], found["name"]) == (nominee.pk, nominee.shown_name)
        assert story["story"] == nominee.story

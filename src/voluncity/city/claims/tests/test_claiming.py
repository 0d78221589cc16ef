"""Claim a record: by a code from a desk, or by photos that staff look at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.models import Session
from voluncity.city.claims import actions, queries
from voluncity.city.claims.actions import forgetting
from voluncity.city.claims.models import Claim, ClaimCode
from voluncity.city.claims.states import ClaimState
from voluncity.city.files.models import StoredFile
from voluncity.city.inbox.models import Message
from voluncity.city.journal import actions as journal
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState, RejectReason
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, TooMany, WrongState
from voluncity.testing.make_claims import (
    asked_of,
    make_asked,
    make_claim,
    make_claimant,
    make_evidence,
    make_merge,
)
from voluncity.testing.make_people import (
    NOON,
    make_id_number,
    make_user,
    make_volunteer,
    user_of,
)

pytestmark = pytest.mark.django_db
DESK = "李主任"


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def claim_with(volunteer: Volunteer, code: str, by: User, *, name: str = "") -> Claim:
    asked = make_asked(volunteer, name=name)
    return actions.claim_by_code(asked=asked, code=code, by=by, at=NOON)


def code_for(volunteer: Volunteer, *, by: User | None = None) -> str:
    return actions.make_code(volunteer_id=volunteer.pk, by=by or make_user(DESK), at=NOON)


def messages_of(user: User) -> list[str]:
    journal.catch_up(at=NOON)
    return list(Message.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def test_a_code_from_the_desk_gives_the_record_and_its_phone() -> None:
    volunteer, claimant, desk = make_volunteer(), make_claimant(), make_user(DESK)
    old = user_of(volunteer)
    Session.objects.create(session_key="k" * 32, user=old, expire_date=NOON, session_data="")
    claim = claim_with(volunteer, code_for(volunteer, by=desk), claimant)
    volunteer.refresh_from_db()
    assert (claim.state, claim.decided_by, claim.holder) == (ClaimState.ACCEPTED, desk, old)
    assert volunteer.user == claimant
    assert volunteer.phone_index == claimant.phone_index
    assert not Session.objects.filter(user=old).exists()
    assert messages_of(old) == ["您账号里的登记已被认领"]
    assert messages_of(claimant) == ["认领成功"]


def test_a_code_opens_once_and_for_half_an_hour() -> None:
    volunteer = make_volunteer(user=False)
    code = code_for(volunteer)
    later = NOON + timedelta(minutes=30)
    with pytest.raises(BadInput) as refused:
        actions.claim_by_code(asked=make_asked(volunteer), code=code, by=make_claimant(), at=later)
    assert refused.value.code == "claims.code_wrong"
    claim_with(volunteer, code, make_claimant())
    with pytest.raises(BadInput):
        claim_with(volunteer, code, make_claimant())


def test_a_new_code_takes_the_place_of_the_older_one() -> None:
    volunteer = make_volunteer(user=False)
    first, second = code_for(volunteer), code_for(volunteer)
    if first != second:
        with pytest.raises(BadInput):
            claim_with(volunteer, first, make_claimant())
    assert claim_with(volunteer, second, make_claimant()).state == ClaimState.ACCEPTED


def test_five_wrong_codes_end_the_code() -> None:
    volunteer = make_volunteer(user=False)
    code = code_for(volunteer)
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        with pytest.raises(BadInput):
            claim_with(volunteer, wrong, make_claimant())
    assert ClaimCode.objects.get().wrong_tries == 5
    with pytest.raises(BadInput):
        claim_with(volunteer, code, make_claimant())


def test_no_record_another_name_and_a_wrong_code_are_answered_the_same() -> None:
    volunteer = make_volunteer(user=False)
    code = code_for(volunteer)
    answers = []
    for asked, tried in (
        (asked_of("王芳", make_id_number()), code),
        (make_asked(volunteer, name="李娜"), code),
        (make_asked(volunteer), "123456" if code != "123456" else "654321"),
    ):
        with pytest.raises(BadInput) as refused:
            actions.claim_by_code(asked=asked, code=tried, by=make_claimant(), at=NOON)
        answers.append((refused.value.sentence, refused.value.code, refused.value.field))
    assert len(set(answers)) == 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "😀😀😀😀😀😀", "12 34 5"])
def test_what_is_no_code_is_said_at_the_field(code: str) -> None:
    with pytest.raises(BadInput) as refused:
        claim_with(make_volunteer(), code, make_claimant())
    assert refused.value.field == "code"


def test_full_width_digits_and_blanks_in_a_code_are_forgiven() -> None:
    volunteer = make_volunteer(user=False)
    code = code_for(volunteer)
    wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert claim_with(volunteer, wide, make_claimant()).state == ClaimState.ACCEPTED


def test_nobody_gives_themself_a_code() -> None:
    volunteer = make_volunteer()
    with pytest.raises(NotAllowed):
        code_for(volunteer, by=user_of(volunteer))
    other, desk = make_volunteer(), make_claimant(DESK)
    with pytest.raises(NotAllowed):
        claim_with(other, code_for(other, by=desk), desk)
    other.refresh_from_db()
    assert other.user != desk
    assert ClaimCode.objects.get(volunteer=other).used_at is None


def test_who_has_a_record_or_no_phone_cannot_claim() -> None:
    volunteer = make_volunteer(user=False)
    code = code_for(volunteer)
    for by, why in (
        (user_of(make_volunteer()), "people.registered"),
        (make_user(), "people.no_phone"),
    ):
        with pytest.raises(Refusal) as refused:
            claim_with(volunteer, code, by)
        assert refused.value.code == why


def test_five_tries_in_an_hour_are_enough() -> None:
    claimant = make_claimant()
    for _ in range(5):
        with pytest.raises(BadInput):
            claim_with(make_volunteer(), "000000", claimant)
    with pytest.raises(TooMany):
        claim_with(make_volunteer(), "000000", claimant)


def test_a_child_is_held_by_the_guardian() -> None:
    volunteer = make_volunteer(user=False, born_on=NOON.date() - timedelta(days=365 * 10))
    with pytest.raises(Refusal) as refused:
        claim_with(volunteer, code_for(volunteer), make_claimant())
    assert refused.value.code == "people.held_by_guardian"
    assert not Claim.objects.exists()


def test_staff_accept_a_claim_with_photos() -> None:
    volunteer, claimant, office = make_volunteer(), make_claimant(), make_user("周正")
    old = user_of(volunteer)
    claim = make_claim(volunteer, by=claimant)
    assert messages_of(old) == ["有人申请认领您的登记"]
    actions.accept_claim(claim_id=claim.pk, by=office, at=NOON)
    volunteer.refresh_from_db()
    claim.refresh_from_db()
    assert (volunteer.user, claim.state, claim.decided_by) == (
        claimant,
        ClaimState.ACCEPTED,
        office,
    )
    assert Entry.objects.filter(verb="people.hand_over").values_list("data", flat=True).get() == {
        "taken_from": old.pk, "given_to": claimant.pk,
    }  # fmt: skip


def test_a_claim_without_a_record_waits_for_the_city_like_any_other() -> None:
    volunteer = make_volunteer()
    asked = asked_of("王芳", make_id_number())
    claim = actions.ask_claim(asked=asked, photos=[make_evidence()], by=make_claimant(), at=NOON)
    known = make_claim(volunteer)
    assert (claim.state, claim.volunteer, claim.region.level) == ("asked", None, "CITY")
    assert (known.state, known.volunteer) == ("asked", volunteer)
    with pytest.raises(Refusal) as refused:
        actions.accept_claim(claim_id=claim.pk, by=make_user(), at=NOON)
    assert refused.value.code == "claims.no_record"
    actions.decline_claim(claim_id=claim.pk, reason="no_record", by=make_user(), at=NOON)
    assert messages_of(claim.claimant) == ["认领没有通过"]


def test_nobody_decides_on_what_is_their_own() -> None:
    volunteer = make_volunteer()
    claim = make_claim(volunteer)
    for by in (claim.claimant, user_of(volunteer)):
        with pytest.raises(NotAllowed):
            actions.accept_claim(claim_id=claim.pk, by=by, at=NOON)
        with pytest.raises(NotAllowed):
            actions.separate_claim(claim_id=claim.pk, by=by, at=NOON)
        with pytest.raises(NotAllowed):
            actions.decline_claim(claim_id=claim.pk, reason="unclear", by=by, at=NOON)
    claim.refresh_from_db()
    assert claim.state == ClaimState.ASKED


def test_a_claim_is_decided_once() -> None:
    claim = make_claim(make_volunteer())
    actions.decline_claim(claim_id=claim.pk, reason="unclear", by=make_user(), at=NOON)
    with pytest.raises(WrongState):
        actions.accept_claim(claim_id=claim.pk, by=make_user(), at=NOON)


def test_the_second_of_two_claims_of_one_record_is_too_late() -> None:
    volunteer = make_volunteer()
    first, second = make_claim(volunteer), make_claim(volunteer)
    actions.accept_claim(claim_id=first.pk, by=make_user(), at=NOON)
    with pytest.raises(WrongState) as refused:
        actions.accept_claim(claim_id=second.pk, by=make_user(), at=NOON)
    assert refused.value.code == "people.holder_changed"
    second.refresh_from_db()
    volunteer.refresh_from_db()
    assert (second.state, volunteer.user) == (ClaimState.ASKED, first.claimant)


def test_one_open_claim_for_each_account() -> None:
    claimant = make_claimant()
    make_claim(make_volunteer(), by=claimant)
    with pytest.raises(Refusal) as refused:
        make_claim(make_volunteer(), by=claimant)
    assert refused.value.code == "claims.asked_already"


def test_a_claim_can_be_taken_back_and_made_again() -> None:
    claimant = make_claimant()
    claim = make_claim(make_volunteer(), by=claimant)
    actions.withdraw_claim(claim_id=claim.pk, by=claimant, at=NOON)
    make_claim(make_volunteer(), by=claimant)
    with pytest.raises(WrongState):
        actions.withdraw_claim(claim_id=claim.pk, by=claimant, at=NOON)


def test_a_declined_claim_needs_a_reason_from_the_list() -> None:
    claim = make_claim(make_volunteer())
    for reason in ("", "because", "unclear\0"):
        with pytest.raises(BadInput):
            actions.decline_claim(claim_id=claim.pk, reason=reason, by=make_user(), at=NOON)


def test_a_strangers_record_loses_the_number_and_keeps_its_history() -> None:
    volunteer, claimant = make_volunteer("张伟"), make_claimant()
    number = people.id_number_of(volunteer)
    claim = make_claim(volunteer, by=claimant, name="王芳")
    actions.separate_claim(claim_id=claim.pk, by=make_user(), at=NOON)
    volunteer.refresh_from_db()
    assert people.id_number_of(volunteer) == ""
    assert (volunteer.identity_state, volunteer.identity_reason) == (
        IdentityState.REJECTED,
        RejectReason.NUMBER,
    )
    assert volunteer.user is not None
    assert queries.record_with(asked_of("王芳", number).identity) is None
    assert messages_of(volunteer.user) == ["有人申请认领您的登记", "请重新填写证件号码"]
    assert messages_of(claimant) == ["您的证件号码已经空出"]
    again = make_volunteer("王芳", id_number=number)
    assert queries.record_with(asked_of("王芳", number).identity) == again


def test_a_record_with_the_same_name_is_no_strangers() -> None:
    claim = make_claim(make_volunteer())
    with pytest.raises(Refusal) as refused:
        actions.separate_claim(claim_id=claim.pk, by=make_user(), at=NOON)
    assert refused.value.code == "claims.same_name"


def test_the_number_of_a_merged_record_leads_to_the_living_one() -> None:
    volunteer, winner = make_volunteer("王方"), make_volunteer("王芳", user=False)
    make_merge(volunteer, winner)
    claim = make_claim(volunteer)
    assert claim.volunteer == winner
    actions.decline_claim(claim_id=claim.pk, reason="unclear", by=make_user(), at=NOON)
    code, claimant = code_for(winner), make_claimant()
    with pytest.raises(BadInput) as refused:
        claim_with(volunteer, code, claimant, name="李强")
    assert refused.value.code == "claims.code_wrong"
    assert claim_with(volunteer, code, claimant).volunteer == winner
    winner.refresh_from_db()
    assert winner.user == claimant


def test_the_number_of_a_closed_record_is_nobodys() -> None:
    volunteer = make_volunteer()
    Volunteer.objects.filter(pk=volunteer.pk).update(closed_at=NOON, user=None)
    claim = make_claim(volunteer)
    assert queries.record_with(make_asked(volunteer).identity) is None
    with pytest.raises(Refusal) as refused:
        actions.accept_claim(claim_id=claim.pk, by=make_user(), at=NOON)
    assert refused.value.code == "claims.no_record"


def test_a_claim_without_a_photo_or_with_too_many_words_writes_nothing() -> None:
    volunteer = make_volunteer()
    asked = make_asked(volunteer, words="字" * 301)
    for photos, said in (([], make_asked(volunteer)), ([make_evidence()], asked)):
        with pytest.raises(BadInput):
            actions.ask_claim(asked=said, photos=photos, by=make_claimant(), at=NOON)
    assert not Claim.objects.exists()


def test_photos_are_deleted_some_days_after_the_decision_and_not_before() -> None:
    decided, waiting = make_claim(make_volunteer()), make_claim(make_volunteer())
    actions.decline_claim(claim_id=decided.pk, reason="unclear", by=make_user(), at=NOON)
    assert actions.forget_evidence(at=NOON + timedelta(days=30)) == 0
    assert actions.forget_evidence(at=NOON + timedelta(days=30, seconds=1)) == 1
    assert list(StoredFile.objects.values_list("subject", flat=True)) == [waiting.subject]


def test_a_closed_account_leaves_no_name_number_or_phone_behind() -> None:
    volunteer, winner = make_volunteer(), make_volunteer()
    claim = make_claim(volunteer)
    actions.decline_claim(claim_id=claim.pk, reason="unclear", by=make_user(), at=NOON)
    merge = make_merge(volunteer, winner)
    forgetting.forget_person(volunteer_ids=[winner.pk, volunteer.pk], user_id=winner.user_id)
    claim.refresh_from_db()
    merge.refresh_from_db()
    assert (claim.name, claim.id_cipher) == (forgetting.NOBODY, "")
    assert merge.kept["accounts"]["winner_phone_cipher"] == ""


def test_looking_at_photos_is_journaled_on_the_record() -> None:
    volunteer, office = make_volunteer(), make_user("周正")
    claim = make_claim(volunteer)
    [photo] = actions.open_evidence(case=claim, by=office, at=NOON)
    entry = Entry.objects.get(verb="people.reveal")
    assert photo.subject == claim.subject
    assert (entry.actor, entry.subject_type, entry.subject_id) == (
        office,
        "volunteer",
        volunteer.pk,
    )

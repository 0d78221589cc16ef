"""Correct name and papers: asked with a photo, applied by staff, checked anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.claims import actions
from voluncity.city.claims.models import DataCorrection
from voluncity.city.claims.states import CorrectionState
from voluncity.city.people import queries as people
from voluncity.city.people.models import IdentityCheck, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_claims import asked_of, make_asked, make_correction, make_evidence
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_id_number,
    make_user,
    make_volunteer,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def ask(volunteer: Volunteer, name: str, number: str) -> DataCorrection:
    return actions.ask_correction(
        volunteer_id=volunteer.pk, asked=asked_of(name, number), photos=[make_evidence()],
        by=user_of(volunteer), at=NOON,
    )  # fmt: skip


def test_a_correction_is_written_and_the_real_name_checked_anew() -> None:
    volunteer, number = make_volunteer("王芳"), make_id_number(sex="M")
    wanted = ask(volunteer, "王方", number)
    actions.apply_correction(correction_id=wanted.pk, by=make_user("周正"), at=NOON)
    volunteer.refresh_from_db()
    wanted.refresh_from_db()
    assert (volunteer.name, volunteer.sex, people.id_number_of(volunteer)) == ("王方", "M", number)
    assert user_of(volunteer).display_name == "王方"
    assert volunteer.identity_state == IdentityState.PENDING
    assert IdentityCheck.objects.get(volunteer=volunteer).decided_at is None
    assert wanted.state == CorrectionState.APPLIED


def test_a_number_on_another_record_is_refused_by_the_database() -> None:
    other, volunteer = make_volunteer("李娜"), make_volunteer("王芳")
    wanted = ask(volunteer, "王芳", people.id_number_of(other))
    with pytest.raises(Refusal) as refused:
        actions.apply_correction(correction_id=wanted.pk, by=make_user(), at=NOON)
    assert refused.value.code == "people.id_taken"
    wanted.refresh_from_db()
    volunteer.refresh_from_db()
    assert (wanted.state, volunteer.identity_state) == ("asked", IdentityState.VERIFIED)


def test_nothing_is_written_while_a_check_runs() -> None:
    volunteer = make_volunteer()
    Volunteer.objects.filter(pk=volunteer.pk).update(identity_state=IdentityState.PENDING)
    wanted = make_correction(volunteer)
    with pytest.raises(WrongState) as refused:
        actions.apply_correction(correction_id=wanted.pk, by=make_user(), at=NOON)
    assert refused.value.code == "people.check_running"


def test_an_adult_does_not_become_a_minor_without_a_guardian() -> None:
    volunteer = make_volunteer()
    young = make_id_number(TODAY.replace(year=TODAY.year - 16))
    wanted = ask(volunteer, volunteer.name, young)
    with pytest.raises(BadInput) as refused:
        actions.apply_correction(correction_id=wanted.pk, by=make_user(), at=NOON)
    assert refused.value.code == "people.guardian_needed"


def test_nobody_decides_on_their_own_correction() -> None:
    volunteer = make_volunteer()
    wanted = make_correction(volunteer)
    with pytest.raises(NotAllowed):
        actions.apply_correction(correction_id=wanted.pk, by=user_of(volunteer), at=NOON)
    with pytest.raises(NotAllowed):
        actions.refuse_correction(
            correction_id=wanted.pk, reason="unneeded", by=user_of(volunteer), at=NOON
        )


def test_a_correction_is_refused_with_a_reason_and_only_once() -> None:
    wanted = make_correction(make_volunteer())
    with pytest.raises(BadInput):
        actions.refuse_correction(correction_id=wanted.pk, reason="", by=make_user(), at=NOON)
    actions.refuse_correction(correction_id=wanted.pk, reason="unclear", by=make_user(), at=NOON)
    with pytest.raises(WrongState):
        actions.apply_correction(correction_id=wanted.pk, by=make_user(), at=NOON)


def test_one_open_correction_at_a_time_and_it_can_be_taken_back() -> None:
    volunteer = make_volunteer()
    wanted = make_correction(volunteer)
    with pytest.raises(Refusal) as refused:
        make_correction(volunteer, name="王放")
    assert refused.value.code == "claims.correction_open"
    with pytest.raises(NotFound):
        actions.withdraw_correction(correction_id=wanted.pk, by=make_user(), at=NOON)
    actions.withdraw_correction(correction_id=wanted.pk, by=user_of(volunteer), at=NOON)
    assert make_correction(volunteer, name="王放").state == CorrectionState.ASKED


def test_what_is_right_already_needs_no_correction() -> None:
    volunteer = make_volunteer()
    with pytest.raises(BadInput) as refused:
        actions.ask_correction(
            volunteer_id=volunteer.pk, asked=make_asked(volunteer), photos=[make_evidence()],
            by=user_of(volunteer), at=NOON,
        )  # fmt: skip
    assert refused.value.code == "claims.nothing_differs"

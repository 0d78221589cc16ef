from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.ledger.actions import open_account, transfer
from voluncity.city.ledger.models import Unit
from voluncity.city.people import queries, rules
from voluncity.city.people.states import IDENTITY_FLOW, Purpose, RejectReason
from voluncity.kernel import tokens
from voluncity.kernel.refusals import BadInput
from voluncity.testing.make_people import NOON, TODAY, make_volunteer

KEY = b"a-key-that-is-long-enough"
MINUTE = timedelta(minutes=1)


def test_a_card_code_names_its_holder_for_this_minute_and_the_next() -> None:
    code = rules.card_code(12, at=NOON, key=KEY)
    assert rules.read_card_code(code, at=NOON, key=KEY) == 12
    assert rules.read_card_code(f" {code}\n", at=NOON + MINUTE, key=KEY) == 12


@pytest.mark.parametrize("shift", [2 * MINUTE, -MINUTE, timedelta(days=1)])
def test_a_photographed_card_code_runs_out(shift: timedelta) -> None:
    code = rules.card_code(12, at=NOON, key=KEY)
    with pytest.raises(BadInput) as refusal:
        rules.read_card_code(code, at=NOON + shift, key=KEY)
    assert refusal.value.sentence == "志愿者码已经过期，请对方刷新后再扫。"


def test_a_card_code_of_another_purpose_or_key_is_refused() -> None:
    window = int(NOON.timestamp()) // 60
    other = tokens.sign(f"12:{window}", key=KEY, purpose="check-in")
    for code in (other, rules.card_code(12, at=NOON, key=KEY[::-1]), "", "12:1", "😀", "x" * 5000):
        with pytest.raises(BadInput):
            rules.read_card_code(code, at=NOON, key=KEY)


@pytest.mark.django_db
def test_the_card_shows_the_minutes_of_the_ledger() -> None:
    volunteer = make_volunteer()
    source = open_account(key="minutes:city", unit=Unit.MINUTES, holder="city", keeps_balance=False)
    for kind, amount in (("proven", 150), ("entered", 30)):
        account = open_account(
            key=f"minutes:volunteer:{volunteer.pk}:{kind}",
            unit=Unit.MINUTES,
            holder=f"volunteer:{volunteer.pk}",
        )
        transfer(
            debit=source, credit=account, amount=amount, key=kind, source="test:1",
            reason="服务", at=NOON, by=None,
        )  # fmt: skip
    minutes = queries.minutes_of(volunteer.pk)
    assert (minutes.proven, minutes.entered, minutes.total) == (150, 30, 180)


@pytest.mark.django_db
def test_the_age_is_counted_on_a_day() -> None:
    volunteer = make_volunteer(born_on=TODAY.replace(year=1996))
    assert queries.age(volunteer, TODAY) == 30
    assert queries.age(volunteer, TODAY - timedelta(days=1)) == 29


def test_every_reason_has_advice_and_every_purpose_its_words() -> None:
    assert set(rules.ADVICE) == set(RejectReason)
    assert set(rules.CONSENTS) == set(Purpose)


def test_the_life_of_a_real_name_check() -> None:
    assert {(step.verb, step.sources, step.target) for step in IDENTITY_FLOW.steps} == {
        ("submit", ("unverified", "rejected"), "pending"),
        ("verify", ("pending",), "verified"),
        ("reject", ("pending",), "rejected"),
        ("reopen", ("unverified", "rejected", "verified"), "pending"),
    }


def test_personal_data_stays_out_of_what_is_logged() -> None:
    guardian = rules.GuardianAnswer(
        name="王建国", relation="父亲", phone="13900000001", code="123456"
    )
    applicant = rules.Applicant(
        name="王芳", id_type="resident", id_number="14010619900501002X", region_id=1,
        phone="13800000002", guardian=guardian,
    )  # fmt: skip
    shown = repr(applicant)
    assert [
        plain
        for plain in ("14010619900501002X", "13900000001", "13800000002", "123456")
        if plain in shown
    ] == []

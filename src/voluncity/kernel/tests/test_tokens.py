import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.tokens import sign, verify

KEY = b"a key of the tests, never used elsewhere"
payloads = st.text(st.characters(exclude_categories=["Cs"]))


@given(payloads)
def test_signed_payload_comes_back(payload: str) -> None:
    token = sign(payload, key=KEY, purpose="checkin")
    assert set(token) <= set(string.ascii_letters + string.digits + "-_.~:,%")
    assert verify(token, key=KEY, purpose="checkin") == payload


def test_token_is_short() -> None:
    assert len(sign("shift:123:7f", key=KEY, purpose="checkin")) == 12 + 1 + 22


@given(payloads, st.data())
def test_no_changed_token_is_accepted(payload: str, data: st.DataObject) -> None:
    token = sign(payload, key=KEY, purpose="checkin")
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_.~:,%"))
    assume(character != token[place])
    with pytest.raises(BadInput, match="重新扫码"):
        verify(token[:place] + character + token[place + 1 :], key=KEY, purpose="checkin")


@pytest.mark.parametrize("token", ["", ".", "a", "a.b", "号码", "\ud800.\ud800", "a." + "A" * 22])
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(BadInput) as refusal:
        verify(token, key=KEY, purpose="checkin")
    assert refusal.value.code == "bad_input.token"


def test_other_writing_of_the_same_payload_is_refused() -> None:
    token = sign("a", key=KEY, purpose="checkin")
    with pytest.raises(BadInput):
        verify(token.replace("a", "%61", 1), key=KEY, purpose="checkin")


def test_token_holds_for_one_purpose_and_one_key() -> None:
    token = sign("volunteer:7", key=KEY, purpose="card")
    with pytest.raises(BadInput):
        verify(token, key=KEY, purpose="checkin")
    with pytest.raises(BadInput):
        verify(token, key=KEY[::-1], purpose="card")


def test_short_key_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="too short"):
        sign("volunteer:7", key=b"", purpose="card")

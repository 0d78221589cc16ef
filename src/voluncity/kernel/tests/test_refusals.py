import pytest

from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, TooMany, WrongState


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refusal, 409, "refused"),
        (BadInput, 422, "bad_input"),
        (NotAllowed, 403, "not_allowed"),
        (NotFound, 404, "not_found"),
        (WrongState, 409, "wrong_state"),
        (TooMany, 429, "too_many"),
    ],
)
def test_every_refusal_has_status_and_code(kind: type[Refusal], status: int, code: str) -> None:
    refusal = kind("名额已满，请看看其他场次。")
    assert (refusal.status, refusal.code, refusal.field) == (status, code, "")
    assert refusal.sentence == str(refusal) == "名额已满，请看看其他场次。"


def test_refusal_names_its_own_code_and_field() -> None:
    refusal = BadInput("请填写手机号。", code="bad_input.phone", field="phone")
    assert (refusal.code, refusal.field) == ("bad_input.phone", "phone")

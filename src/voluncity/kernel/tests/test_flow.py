import pytest

from voluncity.kernel.flow import Flow, Step
from voluncity.kernel.refusals import WrongState

CLAIM = Step("claim", ("open",), "claimed", "认领")
CANCEL_EARLY = Step("cancel", ("posted", "open"), "canceled", "撤回")
CANCEL_LATE = Step("cancel", ("claimed",), "released", "撤回")
WISH = Flow([CLAIM, CANCEL_EARLY, CANCEL_LATE], labels={"claimed": "已认领"})


def test_verb_leads_to_the_state_of_the_table() -> None:
    assert WISH.after("claim", "open") == "claimed"
    assert WISH.after("cancel", "open") == "canceled"
    assert WISH.after("cancel", "claimed") == "released"


def test_impossible_step_is_refused_with_the_present_state() -> None:
    with pytest.raises(WrongState) as refusal:
        WISH.after("claim", "claimed")
    assert refusal.value.sentence == "现在是“已认领”状态，不能认领。请刷新页面查看最新情况。"
    assert refusal.value.code == "wrong_state.claim"


def test_state_without_label_is_named_as_it_is() -> None:
    with pytest.raises(WrongState, match="现在是“posted”状态，不能认领"):
        WISH.after("claim", "posted")


def test_unknown_verb_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        WISH.after("fly", "open")


def test_sources_of_a_verb_are_gathered_from_all_its_steps() -> None:
    assert WISH.sources("cancel") == ("posted", "open", "claimed")


def test_buttons_of_a_state_stand_in_the_order_of_the_table() -> None:
    assert WISH.verbs("open") == [CLAIM, CANCEL_EARLY]
    assert WISH.verbs("canceled") == []


def test_diagram_draws_every_step() -> None:
    assert WISH.diagram() == (
        "stateDiagram-v2\n"
        "    open --> claimed: claim\n"
        "    posted --> canceled: cancel\n"
        "    open --> canceled: cancel\n"
        "    claimed --> released: cancel"
    )

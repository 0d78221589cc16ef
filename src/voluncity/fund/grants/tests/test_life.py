"""From the opening to the end: who may do what when, and where the money lies."""

from __future__ import annotations

import pytest

from voluncity.fund.grants.states import FundingState
from voluncity.testing.make_grants import make_funding


@pytest.mark.django_db
@pytest.mark.parametrize("state", FundingState.values)
def test_a_project_comes_to_every_state(state: str) -> None:
    assert make_funding(state).state == state

"""A fund with its office, its finance and its supervisor, as the tests of governance have them."""

from voluncity.fund.governance.tests.conftest import (
    _own_files,
    finance,
    fund,
    office,
    supervisor,
)

__all__ = ["_own_files", "finance", "fund", "office", "supervisor"]

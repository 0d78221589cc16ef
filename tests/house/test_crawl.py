"""Which addresses a walk takes for pages of one kind."""

from __future__ import annotations

from voluncity.testing.crawl import Seen

WALKED = [
    ("/stations/", True),
    ("/stations/?kind=1", True),
    ("/stations/?kind=2", False),
    ("/stations/?open=1", True),
    ("/stations/?kind=1&open=1", True),
    ("/stations/?open=1&kind=3", False),
    ("/stations/?open=1&kind=3&region=7", True),
    ("/stations/?kind=3&region=7", False),
    ("/stations/7/", True),
    ("/stations/8/", False),
    ("/orgs/?kind=1&open=1", True),
]


def test_each_filter_and_one_mixture_of_a_list_is_opened() -> None:
    seen = Seen()
    assert [seen.is_new(address) for address, _ in WALKED] == [new for _, new in WALKED]
    assert len(seen) == sum(new for _, new in WALKED)

"""News by the API: what is published, and nothing that is not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.testing.api import Program
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_news import make_public_article, make_submitted_article
from voluncity.testing.make_people import NOON, make_user
from voluncity.voice.news import actions

pytestmark = [pytest.mark.django_db, pytest.mark.row("I1")]


def test_published_articles_are_read_and_gone_ones_say_why() -> None:
    public, waiting = make_public_article(at=NOON), make_submitted_article(at=NOON)
    with stopped_at(NOON):
        [line] = Program().get("news").body["items"]
        assert public.public is not None
        assert (line["id"], line["title"]) == (public.pk, public.public.title)
        assert Program().get(f"news/{public.pk}").body["body"] == public.public.body
        assert Program().get(f"news/{waiting.pk}").refusal == (404, "not_found", "")
        assert Program().get("news", kind="story").refusal[::2] == (422, "kind")
        assert Program().get("news", region_id=10**9).refusal[::2] == (422, "region_id")
        actions.withdraw_article(article=public, words="事实有误", by=make_user("主任"), at=NOON)
        gone = Program().get(f"news/{public.pk}")
        assert gone.refusal == (404, "news.gone", "")
        assert "事实有误" in gone.body["error"]["sentence"]


def test_thirty_articles_cost_as_many_queries_as_one() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert Program().get("news", size=50).status == 200
        return len(asked)

    with stopped_at(NOON):
        make_public_article(at=NOON)
        one = cost()
        for _ in range(29):
            make_public_article(at=NOON)
        assert cost() == one

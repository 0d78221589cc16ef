"""A program that uses the API in tests: JSON in, JSON out, a key in the header."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from voluncity.city.people.models import User
from voluncity.city.tokens import actions
from voluncity.city.tokens.states import TokenScope

ROOT = "/api/v1/"


@dataclass(frozen=True)
class Answer:
    """Status, body and headers of an answer."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def refusal(self) -> tuple[int, str, str]:
        """Return status, code and field of a refusal in the one error shape."""
        error = self.body["error"]
        assert set(self.body) == {"error"}
        assert set(error) == {"code", "sentence", "field"}
        assert error["sentence"].endswith(("。", "！", "？")), error["sentence"]
        return self.status, error["code"], error["field"]


class Program:
    """A caller of the API; without a key, a stranger."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Answer:
        """Ask."""
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: Any = None, *, once: str = "") -> Answer:
        """Do; `once` is the Idempotency-Key."""
        return self.ask("POST", path, body={} if body is None else body, once=once)

    def put(self, path: str, body: Any, *, once: str = "") -> Answer:
        """Write anew."""
        return self.ask("PUT", path, body=body, once=once)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, Any] | None = None,
        once: str = "",
    ) -> Answer:
        """Send a request; bytes are sent as they are."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= {"Idempotency-Key": once} if once else {}
        response = self.client.generic(
            method,
            ROOT + path,
            body if isinstance(body, bytes) else json.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers=headers,
            query_params=query or None,
        )
        return Answer(response.status_code, json.loads(response.content), dict(response.items()))


def program_of(user: User, *scopes: TokenScope) -> Program:
    """Return a program with a key of this person; with all scopes unless some are named."""
    from django.utils.timezone import now  # read late: a test may have stopped the clock

    _, secret = actions.create_token(
        user=user, name="测试程序", scopes=scopes or list(TokenScope), days=365, by=user, at=now()
    )
    return Program(secret)

"""What to ask: a plan is a file with one request a line, written before anything is measured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

HOST = "127.0.0.1"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
KNOWN = {"path", "method", "headers", "body", "label", "expect"}
# What a resident's phone sends, and what the proxy in front of a city adds.
BROWSER = {
    "X-Forwarded-Proto": "https",
    "User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128.0 Mobile",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate, br",
}


class BadPlan(ValueError):
    """A line of the plan cannot be sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and which answers to it are right.

    `expect` maps a status to words that such an answer (head and body) must hold; an empty string
    asks for nothing. Without `expect`, every status from 200 to 399 is right.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    label: str = ""
    expect: Mapping[int, str] = field(default_factory=dict)

    def wire(self, host: str) -> bytes:
        """Return the bytes to send to `host`; a host among the headers goes before it."""
        body = self.body.encode()
        head = {"Host": host, **self.headers}
        if body or self.method not in {"GET", "HEAD"}:
            head["Content-Length"] = str(len(body))
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in head.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def line(self) -> str:
        """Return the request as a line of a plan."""
        values = {name: getattr(self, name) for name in KNOWN if getattr(self, name)}
        return json.dumps(values, ensure_ascii=False, sort_keys=True)

    @classmethod
    def of(cls, line: str) -> Self:
        """Read a line of a plan.

        :raises BadPlan: when it is no request.
        """
        try:
            values = json.loads(line)
        except ValueError as error:
            raise BadPlan(f"no JSON: {line[:80]}") from error
        if not isinstance(values, dict) or not set(values) <= KNOWN:
            raise BadPlan(f"only {', '.join(sorted(KNOWN))} are known: {line[:80]}")
        try:
            values["expect"] = {int(code): words for code, words in values["expect"].items()}
        except KeyError:
            pass
        except (AttributeError, ValueError) as error:
            raise BadPlan(f"expect maps a status to words: {line[:80]}") from error
        request = cls(**{"path": "", **values})
        request._refuse_nonsense()
        return request

    def _refuse_nonsense(self) -> None:
        texts = [self.path, self.method, self.body, self.label, *self.headers.values()]
        texts += [*self.headers, *self.expect.values()]
        if not all(isinstance(text, str) for text in texts):
            raise BadPlan("path, method, headers, body, label and words are texts")
        head = [self.path, *self.headers, *self.headers.values()]
        if any("\r" in text or "\n" in text for text in head) or " " in self.path:
            raise BadPlan(f"a line break or a space where none may be: {self.path[:80]!r}")
        if not self.path.startswith("/") or self.method not in METHODS:
            raise BadPlan(f"no path or no method: {self.method} {self.path[:80]!r}")


def write(path: Path, requests: Iterable[Request]) -> int:
    """Write a plan; return how many requests it holds."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, request in enumerate(requests, 1):  # noqa: B007 -- the count is the answer
            file.write(f"{request.line()}\n")
    return count


def read(path: Path) -> Iterator[Request]:
    """Read a plan; empty lines are passed over.

    :raises BadPlan: when a line is no request, with its number.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield Request.of(line)
            except (BadPlan, TypeError, AttributeError) as error:
                raise BadPlan(f"{path.name}, line {number}: {error}") from error

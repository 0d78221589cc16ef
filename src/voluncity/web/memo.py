"""Draw a part of a page once for all who see it the same.

    {% memo elder tab %} … {% hole %}{% csrf_token %}{% endhole %} … {% endmemo %}

The body knows nothing but the names listed: what it draws is a function of them, so that what is
kept cannot be stale and need not be dropped. What differs from person to person goes into a hole,
which is drawn anew each time and knows what the page knows (not what the body has made).
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

# So many different drawings of one part are kept; a card takes about a kilobyte.
KEPT = 2_000
# Stands for a hole while the body is drawn; nobody outside can guess it.
_MARK = f"\0{secrets.token_hex(8)}\0"


class HoleNode(Node):
    """A place in a memo that is drawn anew each time."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Draw it, or leave the mark while the memo around it is being made."""
        holes: list[HoleNode] | None = getattr(context, "holes", None)
        if holes is None:
            return self.nodelist.render(context)
        holes.append(self)
        return SafeString(_MARK)


class MemoNode(Node):
    """Keeps what its body draws, by the values of the names it may know."""

    def __init__(self, nodelist: NodeList, names: list[str]) -> None:
        self.nodelist, self.names = nodelist, names
        self.kept: dict[tuple[Any, ...], list[str | HoleNode]] = {}

    def render(self, context: Context) -> SafeString:
        """Join the kept pieces with what the holes say now."""
        # Addresses, too, are drawn from something: the list of pages and where the site hangs.
        site = (settings.ROOT_URLCONF, get_script_prefix())
        values = [context.get(name) for name in self.names]
        # With their types: a safe text is not the same as an equal one that has to be escaped.
        key = (*[(type(value), value) for value in values], *site)
        pieces = self.kept.get(key)
        if pieces is None:
            pieces = self._pieces(context, values)
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[key] = pieces
        return SafeString("".join([p if isinstance(p, str) else p.render(context) for p in pieces]))

    def _pieces(self, context: Context, values: list[Any]) -> list[str | HoleNode]:
        body = context.new(dict(zip(self.names, values, strict=True)))
        holes: list[HoleNode] = []
        body.holes = holes  # type: ignore[attr-defined]
        texts = self.nodelist.render(body).split(_MARK)
        pieces: list[str | HoleNode] = [texts[0]]
        for hole, text in zip(holes, texts[1:], strict=True):
            pieces += [hole, text]
        return pieces


def memo(parser: Parser, token: Token) -> MemoNode:
    """Parse `{% memo name … %}…{% endmemo %}`."""
    names = token.split_contents()[1:]
    if not all(name.isidentifier() for name in names):
        raise TemplateSyntaxError("A memo lists plain names: what they mean is all it may know.")
    nodelist = parser.parse(("endmemo",))
    parser.delete_first_token()
    return MemoNode(nodelist, names)


def hole(parser: Parser, _token: Token) -> HoleNode:
    """Parse `{% hole %}…{% endhole %}`."""
    nodelist = parser.parse(("endhole",))
    parser.delete_first_token()
    return HoleNode(nodelist)

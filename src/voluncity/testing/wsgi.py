"""The server of race tests: the real application, into which a saboteur may be let."""

from __future__ import annotations

from voluncity.config.wsgi import application
from voluncity.testing.saboteurs import let_in

let_in()

__all__ = ["application"]

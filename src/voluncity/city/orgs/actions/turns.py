"""One at a time: what changes the tree takes its turn before it reads anything."""

from __future__ import annotations

from voluncity.city.orgs.models import Organization


def take_turn(*paths: str) -> None:
    """Wait for everybody who changes the tree, then hold the rows of these subtrees.

    On PostgreSQL the roots are the turn: two moves can never pass each other and close a circle,
    and whoever applies below a moving organization holds its row until the newcomer is there. On
    SQLite the transaction alone is the turn (IMMEDIATE).
    """
    held = Organization.objects.select_for_update(no_key=True).order_by("pk")
    list(held.filter(parent=None).values_list("pk"))
    for path in sorted(paths):
        list(held.filter(path__startswith=path).values_list("pk"))

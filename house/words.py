"""Talk to the person at the terminal."""

from __future__ import annotations

import sys


class Stop(Exception):
    """End the command with a sentence and an exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def say(*sentences: str) -> None:
    """Print at once, even into a pipe."""
    for sentence in sentences:
        print(sentence, flush=True)


def complain(sentence: str) -> None:
    """Print to standard error."""
    print(sentence, file=sys.stderr, flush=True)

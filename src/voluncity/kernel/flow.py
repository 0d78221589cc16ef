"""What may happen next: one table of steps per thing with a life (DESIGN.md §1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voluncity.kernel.refusals import WrongState


@dataclass(frozen=True)
class Step:
    """One verb that leads from any of some states to another."""

    verb: str
    sources: tuple[str, ...]
    target: str
    label: str


class Flow:
    """A table of steps; the only place that knows which state follows which."""

    def __init__(self, steps: Iterable[Step], labels: dict[str, str] | None = None) -> None:
        self.steps = tuple(steps)
        self._labels = labels or {}
        self._by_verb: dict[str, list[Step]] = {}
        for step in self.steps:
            self._by_verb.setdefault(step.verb, []).append(step)

    def after(self, verb: str, state: str) -> str:
        """Return the state that `verb` leads to from `state`.

        :raises WrongState: when the table has no such step.
        """
        for step in self._by_verb[verb]:
            if state in step.sources:
                return step.target
        label = self._by_verb[verb][0].label
        now = self._labels.get(state, state)
        raise WrongState(
            f"现在是“{now}”状态，不能{label}。请刷新页面查看最新情况。", code=f"wrong_state.{verb}"
        )

    def sources(self, verb: str) -> tuple[str, ...]:
        """Return every state from which `verb` is possible."""
        return tuple(source for step in self._by_verb[verb] for source in step.sources)

    def verbs(self, state: str) -> Sequence[Step]:
        """Return the steps that are possible from `state`, in the order of the table."""
        return [step for step in self.steps if state in step.sources]

    def diagram(self) -> str:
        """Return the table as a Mermaid state diagram for the documentation."""
        lines = ["stateDiagram-v2"]
        for step in self.steps:
            lines += [f"    {source} --> {step.target}: {step.verb}" for source in step.sources]
        return "\n".join(lines)

"""What is to be otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voluncity.fund.grants.forms.rows import (
    LINE_PARTS,
    STEP_PARTS,
    RowsForm,
    Yuan,
    kind_field,
    step_fields,
    yuan,
)
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.changes import Line, Planned, Version
from voluncity.web.controls import Day, Words

NEW_LINES, NEW_STEPS = 3, 2


class ChangeForm(RowsForm):
    """What is to be otherwise; it begins with what holds now, or with what is `suggested`."""

    reason = Words("变更理由", plans.WORDS_MOST, long=True,
                   help_text="为什么要改、改了以后对服务对象有什么影响。")  # fmt: skip
    lead = Words("项目负责人", plans.NAME_MOST)
    starts_on = Day("开始日期")
    ends_on = Day("结束日期")

    def __init__(
        self, *sent: Any, now: Version, kinds: Sequence[str], suggested: Version | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*sent, **(options | {"initial": self._kept(suggested or now)}))
        self.now = now
        self.places = [line.place for line in now.lines]
        self.steps = [one.number for one in now.milestones]
        for line in now.lines:
            self.fields[f"l{line.place}_what"] = Words(f"{line.kind}：用途", plans.WHAT_MOST)
            self.fields[f"l{line.place}_fen"] = Yuan("金额（元）", may_be_nothing=True)
        for number in range(1, NEW_LINES + 1):
            self.fields[f"n{number}_kind"] = kind_field(kinds)
            self.fields[f"n{number}_what"] = Words("用途", plans.WHAT_MOST, required=False)
            self.fields[f"n{number}_fen"] = Yuan("金额（元）", required=False)
        for number in self.steps:
            step_fields(self, "m", number, required=True)
        for number in range(1, NEW_STEPS + 1):
            step_fields(self, "p", number)

    @staticmethod
    def _kept(now: Version) -> dict[str, Any]:
        found: dict[str, Any] = {
            "lead": now.lead, "starts_on": now.starts_on, "ends_on": now.ends_on,
        }  # fmt: skip
        for line in now.lines:
            found |= {f"l{line.place}_what": line.what, f"l{line.place}_fen": yuan(line.fen)}
        for one in now.milestones:
            found |= {
                f"m{one.number}_title": one.title, f"m{one.number}_proof": one.proof,
                f"m{one.number}_due": one.due_on,
            }  # fmt: skip
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for whole rows, with days within the new span of the project."""
        said = self.cleaned_data
        self.ask_for_whole_rows("n", range(1, NEW_LINES + 1), LINE_PARTS)
        self.ask_for_whole_rows("p", range(1, NEW_STEPS + 1), STEP_PARTS)
        starts, ends = said.get("starts_on"), said.get("ends_on")
        if starts and ends and starts <= ends:
            names = [f"m{number}_due" for number in self.steps]
            names += [f"p{number}_due" for number in range(1, NEW_STEPS + 1)]
            self.bounds(names, starts, ends)
        return said

    def version(self) -> Version:
        """Return what is asked for."""
        said = self.cleaned_data
        kinds = {line.place: line.kind for line in self.now.lines}
        lines = [
            Line(place, kinds[place], said[f"l{place}_what"], said[f"l{place}_fen"] or 0)
            for place in self.places
        ]
        new = self.rows("n", range(1, NEW_LINES + 1), [*LINE_PARTS])
        lines += [Line(0, kind, what, fen) for _, kind, what, fen in new]
        steps = [Planned(*row) for row in self.rows("m", self.steps, [*STEP_PARTS])]
        added = self.rows("p", range(1, NEW_STEPS + 1), [*STEP_PARTS])
        steps += [Planned(0, *row) for _, *row in added]
        return Version(said["lead"], said["starts_on"], said["ends_on"], tuple(lines), tuple(steps))

    def drawn_lines(self) -> list[Any]:
        """Return the rows of lines that are there."""
        return self.drawn("l", self.places, ["what", "fen"])

    def drawn_new_lines(self) -> list[Any]:
        """Return the rows for lines that are to come."""
        return self.drawn("n", range(1, NEW_LINES + 1), [*LINE_PARTS])

    def drawn_steps(self) -> list[Any]:
        """Return the rows of milestones that are there."""
        return self.drawn("m", self.steps, [*STEP_PARTS])

    def drawn_new_steps(self) -> list[Any]:
        """Return the rows for milestones that are to come."""
        return self.drawn("p", range(1, NEW_STEPS + 1), [*STEP_PARTS])

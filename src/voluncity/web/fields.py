"""A form field as the page needs it: words, control and error tied together for everybody."""

from __future__ import annotations

from typing import Any

from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Widget,
)


def field_parts(
    bound: BoundField, *, label: str, help_text: str, attrs: dict[str, Any]
) -> dict[str, Any]:
    """Return what the field template draws; aria-describedby names help and error."""
    widget = bound.field.widget
    kind = kind_of(widget)
    help_text = help_text or str(bound.help_text)
    attributes = {name.replace("_", "-"): value for name, value in attrs.items()}
    attributes |= _spoken(bound, help_text=help_text)
    if kind == "input":
        attributes["class"] = " ".join(filter(None, ["input", widget.attrs.get("class", "")]))
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "help_text": help_text,
        "control": "" if kind == "choices" else bound.as_widget(attrs=attributes),
        "options": list(bound) if kind == "choices" else [],
        "described_by": attributes.get("aria-describedby", ""),
        # A draft may go without what is wanted in the end; it is marked like the rest.
        "required": bound.field.required or getattr(bound.field, "is_wanted", False),
    }


def kind_of(widget: Widget) -> str:
    """Return which of the four shapes a control has: choices, check, file or input."""
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "input"


def problems(form: BaseForm) -> list[dict[str, str]]:
    """Return each error sentence of a form with the id of its field ('' for the whole form)."""
    found = [{"target": "", "label": "", "sentence": str(s)} for s in form.non_field_errors()]
    for bound in form.visible_fields():
        found += [
            {"target": target_of(bound), "label": str(bound.label), "sentence": str(sentence)}
            for sentence in bound.errors
        ]
    return found


def target_of(bound: BoundField) -> str:
    """Return the id that an error link jumps to; groups of choices jump to the first one."""
    suffix = "_0" if kind_of(bound.field.widget) == "choices" else ""
    return f"{bound.auto_id}{suffix}"


def _spoken(bound: BoundField, *, help_text: str) -> dict[str, Any]:
    described = []
    if help_text:
        described.append(f"{bound.auto_id}_helptext")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    spoken: dict[str, Any] = {}
    if described:
        spoken["aria-describedby"] = " ".join(described)
    if bound.errors:
        spoken["aria-invalid"] = "true"
    return spoken

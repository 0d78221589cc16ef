"""The reference of the API, drawn from its OpenAPI document: no words of its own to go stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "是/否",
    "array": "列表",
    "object": "对象",
    "null": "空",
}
_FORMATS = {"date": "日期", "date-time": "时间"}


@dataclass(frozen=True)
class Item:
    """One parameter or property."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Entry:
    """One operation as the reference shows it."""

    method: str
    path: str
    anchor: str
    summary: str
    about: str
    scope: str
    parameters: list[Item]
    body: list[Item]
    answer: list[Item]
    refusals: str


def with_security(document: dict[str, Any]) -> dict[str, Any]:
    """Add to each guarded operation the scope that its key needs (OpenAPI 3.1 allows it)."""
    for _, _, operation in operations(document):
        if scope := operation.get("x-scope"):
            operation["security"] = [{"Key": [scope]}]
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return path, method and operation of everything in the document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def sections(document: dict[str, Any]) -> dict[str, list[Entry]]:
    """Return the entries by tag, in the order of the document."""
    found: dict[str, list[Entry]] = {}
    schemas = document["components"]["schemas"]
    for path, method, operation in operations(document):
        entry = _entry(path, method, operation, schemas)
        found.setdefault(operation["tags"][0], []).append(entry)
    return found


def _entry(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Entry:
    codes = [str(code) for code in operation["responses"]]
    good = operation["responses"][next(c for c in operation["responses"] if str(c)[0] == "2")]
    return Entry(
        method=method,
        path=path,
        anchor=operation["operationId"],
        summary=operation["summary"],
        about=operation.get("description", ""),
        scope=operation.get("x-scope", ""),
        parameters=[_parameter(one, schemas) for one in operation["parameters"]],
        body=_properties(_content(operation.get("requestBody", {})), schemas),
        answer=_properties(_content(good), schemas),
        refusals="、".join(code for code in codes if code[0] == "4"),
    )


def _content(part: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = part.get("content", {}).get("application/json", {})
    return dict(content.get("schema", {}))


def _parameter(one: dict[str, Any], schemas: dict[str, Any]) -> Item:
    kind = _kind(one["schema"], schemas)
    return Item(one["name"], kind, one.get("required", False), one.get("description", ""))


def _properties(schema: dict[str, Any], schemas: dict[str, Any]) -> list[Item]:
    schema = _resolved(schema, schemas)
    required = schema.get("required", [])
    return [
        Item(name, _kind(part, schemas), name in required, part.get("description", ""))
        for name, part in schema.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return schemas[name] if name else schema


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    schema = _resolved(schema, schemas)
    if choices := schema.get("anyOf", schema.get("allOf")):
        return " 或 ".join(dict.fromkeys(_kind(one, schemas) for one in choices))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"列表（{_kind(schema.get('items', {}), schemas)}）"
    if schema.get("properties"):
        return f"对象（{'、'.join(schema['properties'])}）"
    return _FORMATS.get(schema.get("format", ""), _KINDS.get(schema.get("type", ""), "任意"))

"""Every address of the platform and who may use it, drawn from the marks on the views."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from voluncity.city.access.marks import PUBLIC, SIGNED_IN, VOLUNTEER, Access
from voluncity.city.access.permissions import ROLES, Permission, Role, roles_with

PAGE_METHODS = ("GET", "POST")
_WHO = {PUBLIC: "anyone", SIGNED_IN: "signed in", VOLUNTEER: "volunteer"}


@dataclass(frozen=True)
class Door:
    """One way in: an address, its methods, and who may use it."""

    path: str
    name: str
    methods: tuple[str, ...]
    access: Access
    scope: str = ""  # of an API key

    @property
    def roles(self) -> list[Role]:
        """Return the roles that may, for doors that ask for a permission."""
        holders = {
            role for permission in self.access.permissions for role in roles_with(permission)
        }
        return [role for role in ROLES if role in holders]


def doors() -> list[Door]:
    """Return every address in the order of the URLconf.

    :raises ImproperlyConfigured: when a view does not say who may see it.
    """
    found = [door for one in _patterns(get_resolver()) for door in _doors(*one)]
    return list(dict.fromkeys(found))  # Ninja gives an address once for each of its operations


def _patterns(
    resolver: URLResolver, path: str = "", space: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for one in resolver.url_patterns:
        here = path + str(one.pattern)
        if isinstance(one, URLPattern):
            yield f"/{here}", f"{space}{one.name or ''}", one.callback
        else:
            yield from _patterns(one, here, f"{one.namespace}:" if one.namespace else space)


def _doors(path: str, name: str, view: Callable[..., Any]) -> Iterator[Door]:
    operations: dict[str, Callable[..., Any]] = getattr(view, "operations", {})
    for method, operation in operations.items():
        own_name = f"{name.partition(':')[0]}:{operation.__name__}"
        scope = str(getattr(operation, "scope", None) or "")
        yield Door(path, own_name, (method,), _access(operation), scope)
    if not operations:
        yield Door(path, name, _methods(view), _access(view))


def _access(view: Callable[..., Any]) -> Access:
    access = getattr(view, "access", None)
    if not isinstance(access, Access):
        raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} is not marked")
    return access


def _methods(view: Callable[..., Any]) -> tuple[str, ...]:
    """Return what `require_http_methods` somewhere around the view lets through."""
    while True:
        allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if allowed is not None:
            return tuple(method for method in PAGE_METHODS if method in allowed)
        inner = getattr(view, "__wrapped__", None)
        if inner is None:
            return PAGE_METHODS
        view = inner


def document() -> str:
    """Return docs/access.md: what each role may do, and who may open each address."""
    return "\n".join([*_HEAD, *_roles_table(), *_doors_part(doors())]) + "\n"


_HEAD = (
    "# Who may do what",
    "",
    "Written by `python manage.py access_matrix` from the marks on the views; do not edit. A role",
    "is given for a region or an organization with all below it, and a permission reaches exactly",
    "so far: what lies outside looks as if it did not exist (404), and the try is journaled.",
    "A view without a mark does not answer.",
)


def _roles_table() -> Iterator[str]:
    yield from ("", "## Roles", "", "| role | for a | may |", "|---|---|---|")
    for role, spec in ROLES.items():
        may = "、".join(p.label for p in Permission if p in spec.permissions)
        yield f"| {spec.name} `{role}` | {spec.scope} | {may} |"
    yield ""
    yield "System administrator, security administrator and auditor are never one person."


def _doors_part(found: Iterable[Door]) -> Iterator[str]:
    yield from ("", "## Addresses")
    for space, group in groupby(found, key=lambda door: door.name.partition(":")[0]):
        yield from (
            "",
            f"### {space}",
            "",
            "| address | methods | who | roles |",
            "|---|---|---|---|",
        )
        for door in group:
            yield f"| `{door.path}` | {' '.join(door.methods)} | {_who(door)} | {_roles(door)} |"


def _who(door: Door) -> str:
    who = _WHO.get(door.access) or " or ".join(f"`{one}`" for one in door.access.permissions)
    return f"{who}, key with `{door.scope}`" if door.scope else who


def _roles(door: Door) -> str:
    return "、".join(ROLES[role].name for role in door.roles)

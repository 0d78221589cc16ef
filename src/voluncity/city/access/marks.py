"""Say who may, at every view and API operation; an unmarked view does not answer.

The mark is kept on the view as `view.access`, from which the access matrix, its document and
its test are drawn.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.kernel.refusals import NotAllowed
from voluncity.web.middleware import API_PREFIX, way_back

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Access:
    """Who may: `public`, `signed_in`, `volunteer`, or one of `permissions`."""

    who: str
    permissions: tuple[Permission, ...] = ()

    def __str__(self) -> str:
        return " | ".join(self.permissions) if self.permissions else self.who


PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")
VOLUNTEER = Access("volunteer")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that anybody may see."""
    return _marked(view, PUBLIC)


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view for everyone who has logged in, about themself."""
    return _marked(_guarded(view, SIGNED_IN), SIGNED_IN)


def volunteer_only(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view for people who have registered as volunteers (`request.user.volunteer`)."""
    return _marked(_guarded(view, VOLUNTEER), VOLUNTEER)


def needs(*permissions: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view for people who hold one of the permissions somewhere.

    The view still narrows what it shows with `in_scope` or `fetch`.
    """
    access = Access("permission", permissions)

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        return _marked(_guarded(view, access), access)

    return mark


def _marked(view: Callable[P, R], access: Access) -> Callable[P, R]:
    view.access = access  # type: ignore[attr-defined]
    return view


def _guarded(view: Callable[P, R], access: Access) -> Callable[P, R]:
    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        request: Any = args[0]
        answer = check(request, access)
        return view(*args, **kwargs) if answer is None else answer  # type: ignore[return-value]

    return guarded


def check(request: HttpRequest, access: Access) -> HttpResponse | None:
    """Return None when the person may go on, or the way to the login page.

    :raises NotAllowed: when the person is known and may not, or an API caller is unknown.
    """
    if access == PUBLIC:
        return None
    if not request.user.is_authenticated:
        if request.path.startswith(API_PREFIX):
            raise NotAllowed("请先登录。", code="not_signed_in")
        if getattr(request, "htmx", False):
            raise NotAllowed("登录已过期，请重新登录后再试。", code="not_signed_in")
        return redirect_to_login(_page_of(request), reverse("people:login"))
    if access == VOLUNTEER and getattr(request.user, "volunteer_or_none", None) is None:
        if request.path.startswith(API_PREFIX) or getattr(request, "htmx", False):
            raise NotAllowed("您还没有登记为志愿者，请先完成登记。", code="not_volunteer")
        return redirect_to_login(_page_of(request), reverse("people:register"))
    if access.permissions and not any(has(request.user, p) for p in access.permissions):
        raise NotAllowed("您没有办理这项业务的权限。如有需要，请联系本单位管理员。")
    return None


def _page_of(request: HttpRequest) -> str:
    """Return the page to come back to; a sent form cannot be opened again by its address."""
    return request.get_full_path() if request.method in {"GET", "HEAD"} else way_back(request)

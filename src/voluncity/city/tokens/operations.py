"""How an operation of the API is made: mark, key, checked input, one answer per Idempotency-Key.

Every slice's `api.py` is made of `@operation`s; none can be registered without its access mark.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, get_args

from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router
from pydantic import BaseModel

from voluncity.city.access import personal
from voluncity.city.access.marks import PUBLIC, Access, check
from voluncity.city.tokens import actions, queries, rules
from voluncity.city.tokens.rules import NotSignedIn
from voluncity.city.tokens.shapes import ErrorAnswer
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.web.addresses import address_of
from voluncity.web.middleware import error_of

V = TypeVar("V", bound=Callable[..., BaseModel])
JSON = "application/json; charset=utf-8"
CREATED = 201
TOO_MANY = 429
TRIES = 3
DEADLOCK = "40P01"  # PostgreSQL: deadlock_detected


class Visitor:
    """Lets anybody in; who shows a key is known by it, if it may tell of its owner."""

    def __call__(self, request: HttpRequest) -> bool:
        """Put the person behind the key, or nobody, on the request: cookies do not count here.

        Public answers say how far one has come, what one may take: for that a key must be made.
        """
        request.user = AnonymousUser()
        if request.headers.get("Authorization") and TokenScope.VOLUNTEER_READ not in _know(request):
            request.user = AnonymousUser()
        return True


@dataclass(frozen=True)
class Key:
    """Lets in who shows a live key that opens this door and who may do this."""

    access: Access
    scope: TokenScope

    openapi_security_schema: ClassVar[Mapping[str, str]] = {
        "type": "http",
        "scheme": "bearer",
        "description": "POST /api/v1/login 或网页“接口密钥”得到的密钥",
    }

    def __call__(self, request: HttpRequest) -> bool:
        """Know the person and check scope and permission.

        :raises NotSignedIn: without a live key.
        :raises NotAllowed: when the key or the person may not.
        """
        request.user = AnonymousUser()
        scopes = _know(request)
        if self.scope not in scopes:
            raise NotAllowed(
                f"这个密钥没有“{self.scope.label}”的权限，请换用有此权限的密钥。",
                code="token.scope",
            )
        check(request, self.access)
        return True


def _know(request: HttpRequest) -> list[str]:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise NotSignedIn("请先登录，并在请求头 Authorization 中附上 Bearer 密钥。")
    at = now()
    token = queries.live_token(secret.strip(), at=at)
    actions.note_use(token, at=at)
    request.user = token.user
    return list(token.scopes)


def operation(  # noqa: PLR0913 -- an operation says that much about itself
    router: Router,
    method: str,
    path: str,
    *,
    summary: str,
    answer: type[BaseModel],
    access: Access,
    scope: TokenScope | None = None,
    status: int = 200,
    keeps_answer: bool = True,
) -> Callable[[V], V]:
    """Register a function as one operation; `scope` is left out for public ones only.

    Where even that somebody asked must not be written down, `keeps_answer` is False: then there is
    no Idempotency-Key, and the action itself makes sure that a repeated request does nothing.
    """
    if (scope is None) != (access == PUBLIC):
        raise ValueError(f"{method} {path}: a scope belongs to everything that is not public")
    guard = Visitor() if scope is None else Key(access, scope)
    is_kept = keeps_answer and method != "GET"

    def register(view: V) -> V:
        signature = inspect.signature(view, eval_str=True)
        known = _query_names(signature)

        @functools.wraps(view)
        def answered(request: HttpRequest, **values: Any) -> HttpResponse:
            _refuse_unknown(request, known)

            def act() -> HttpResponse:
                return _json(view(request, **values).model_dump_json(), status)

            return once(request, act) if is_kept else act()

        answered.__signature__ = signature  # type: ignore[attr-defined]
        answered.access = access  # type: ignore[attr-defined]
        answered.scope = scope  # type: ignore[attr-defined]
        router.add_api_operation(
            path,
            [method],
            answered,
            auth=[guard],
            response={status: answer, **_refusals(method, access)},
            summary=summary,
            operation_id=f"{view.__module__.split('.')[2]}_{view.__name__}",
            openapi_extra=_extra(scope, is_kept=is_kept),
        )
        return view

    return register


def _extra(scope: TokenScope | None, *, is_kept: bool) -> dict[str, Any]:
    extra: dict[str, Any] = {"x-scope": str(scope)} if scope else {}
    return {**extra, "parameters": _IDEMPOTENCY} if is_kept else extra


_IDEMPOTENCY = [
    {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 80},
        "description": "同一个请求重发时带同一个值，只办理一次，并得到同一个答复",
    }
]


def _refusals(method: str, access: Access) -> dict[int, type[BaseModel]]:
    codes = [400, 404, 422, 429]
    codes += [401, 403] if access != PUBLIC else [401]
    codes += [409, 413] if method != "GET" else []
    return dict.fromkeys(sorted(codes), ErrorAnswer)


def _query_names(signature: inspect.Signature) -> set[str]:
    """Return the parameters that the address may carry: those of an annotated `Query[…]`."""
    annotated = [get_args(parameter.annotation) for parameter in signature.parameters.values()]
    models = [parts[0] for parts in annotated if parts and hasattr(parts[0], "model_fields")]
    return {name for model in models for name in model.model_fields}


def _refuse_unknown(request: HttpRequest, known: set[str]) -> None:
    for name in request.GET:
        if name not in known:
            raise BadInput(
                f"不认识的参数“{name[:40]}”，请删去后再提交。",
                code="bad_input.unknown",
                field=name[:40],
            )


def once(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a request; with an Idempotency-Key, do it once and give the same answer again.

    :raises BadInput: when the key is malformed or belongs to another request.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    key = rules.checked_idempotency_key(key)
    for _ in range(TRIES - 1):
        try:
            return _once(request, key, act)
        except OperationalError as error:
            # Actions try again themselves, but cannot within our transaction.
            if getattr(error.__cause__, "sqlstate", "") != DEADLOCK or connection.in_atomic_block:
                raise
    return _once(request, key, act)


@transaction.atomic
def _once(request: HttpRequest, key: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Make key, effect and answer one transaction: whatever dies on the way, all or none remain.

    A second request with the key waits here for the first.
    """
    caller, digest = _caller(request), _digest(request)
    claim = actions.claim_key(caller=caller, key=key, request_digest=digest, at=now())
    if claim is None:
        return _again(caller, key, digest)
    response = _answer_of(act)
    if response.status_code == TOO_MANY:
        actions.give_key_back(claim)  # "wait a minute" is no lasting answer
    else:
        actions.keep_answer(claim, status=response.status_code, body=response.content.decode())
    return response


def _answer_of(act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return act()
    except Refusal as refusal:
        return refusal_json(refusal)


def _again(caller: str, key: str, digest: str) -> HttpResponse:
    kept = queries.kept_answer(caller=caller, key=key)
    if kept is None or kept.status is None:
        raise Refusal("同一个请求正在处理，请几秒后再试。", code="idempotency.busy")
    if kept.request_digest != digest:
        raise BadInput(
            "这个 Idempotency-Key 已用于另一个请求，请为新的请求换一个。",
            code="idempotency.key_reused",
            field="Idempotency-Key",
        )
    response = _json(queries.body_of(kept), kept.status)
    response["Idempotent-Replayed"] = "true"
    return response


def _caller(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return personal.index(address_of(request), purpose="caller")


def _digest(request: HttpRequest) -> str:
    whole = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(whole).hexdigest()


def refusal_json(refusal: Refusal) -> HttpResponse:
    """Return a refusal in the one error shape."""
    error = ErrorAnswer.model_validate({"error": error_of(refusal)})
    response = _json(error.model_dump_json(), refusal.status)
    if refusal.status == NotSignedIn.status:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _json(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response

"""Operations of the API: get a key with a phone code, list and revoke keys."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC, SIGNED_IN
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.inbox import queries as inbox
from voluncity.city.people import actions as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.tokens import actions, queries, rules
from voluncity.city.tokens.models import ApiToken
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import Asked, Id, Page, PageAsked, Shape, Words, local, rows_of
from voluncity.city.tokens.states import TokenScope
from voluncity.web.addresses import address_of

router = Router(tags=["登录与密钥"])

_VOLUNTEER = [TokenScope.VOLUNTEER_READ, TokenScope.VOLUNTEER_WRITE]


class CodeAsked(Asked):
    """Where to send a login code."""

    phone: Words = Field(max_length=30, description="手机号")


class CodeSent(Shape):
    """A code was sent."""

    sent: bool = True
    demo_text: str = Field("", description="演示城市里的短信内容；正式运行时总是空的")


class LoginAsked(Asked):
    """Phone and code, and what the key shall open."""

    phone: Words = Field(max_length=30, description="手机号")
    code: Words = Field(max_length=20, description="短信里的 6 位数字")
    name: Words = Field("程序登录", max_length=rules.NAME_LENGTH, description="密钥的用途")
    scopes: list[TokenScope] | None = Field(
        None, max_length=4, description="需要的权限；不填时按本人身份给予"
    )


class TokenShape(Shape):
    """A key without its secret."""

    id: int
    name: str = Field(description="用途")
    hint: str = Field(description="密钥的最后 4 位")
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = Field(description="最近使用（约十分钟内准确）")
    revoked_at: datetime | None


class LoginAnswer(Shape):
    """A fresh key; it is shown this once."""

    token: str = Field(description="密钥，只出现这一次，请妥善保存")
    scopes: list[str]
    expires_at: datetime
    user_id: int
    display_name: str
    is_volunteer: bool = Field(description="是否已登记为志愿者；没有的请先登记")


@operation(
    router,
    "POST",
    "login-codes",
    summary="获取登录验证码",
    answer=CodeSent,
    access=PUBLIC,
    status=CREATED,
)
def request_login_code(request: HttpRequest, asked: CodeAsked) -> CodeSent:
    """无论手机号是否登记过，答复都一样。60 秒内只发一次。"""
    key = people.send_login_code(phone=asked.phone, at=now(), address=address_of(request))
    return CodeSent(demo_text=inbox.shown_text(key))


@operation(
    router,
    "POST",
    "login",
    summary="用验证码登录，得到密钥",
    answer=LoginAnswer,
    access=PUBLIC,
    status=CREATED,
)
def log_in(request: HttpRequest, asked: LoginAsked) -> LoginAnswer:
    """手机号第一次登录时自动建立账号，之后用 POST /volunteers 登记为志愿者。"""
    at = now()
    user = people.log_in_with_code(
        phone=asked.phone, code=asked.code, at=at, address=address_of(request)
    )
    scopes = asked.scopes if asked.scopes is not None else _scopes_for(user)
    token, secret = actions.create_token(
        user=user, name=asked.name, scopes=scopes, days=rules.LOGIN_DAYS, by=user, at=at
    )
    return LoginAnswer(
        token=secret,
        scopes=token.scopes,
        expires_at=local(token.expires_at),
        user_id=user.pk,
        display_name=user.display_name,
        is_volunteer=user.volunteer_or_none is not None,
    )


def _scopes_for(user: User) -> list[TokenScope]:
    return list(TokenScope) if has(user, Permission.DESK_SEE) else _VOLUNTEER


@operation(
    router,
    "GET",
    "tokens",
    summary="我的密钥",
    answer=Page[TokenShape],
    access=SIGNED_IN,
    scope=TokenScope.VOLUNTEER_READ,
)
def list_tokens(request: HttpRequest, asked: Query[PageAsked]) -> Page[TokenShape]:
    """自己建立的全部密钥，新的在前；不含密钥本身。"""
    rows, place = rows_of(queries.tokens_of(user_of(request)), asked)
    return Page[TokenShape](items=[_shape(row) for row in rows], **place)


@operation(
    router,
    "POST",
    "tokens/{token_id}/revoke",
    summary="停用一个密钥",
    answer=TokenShape,
    access=SIGNED_IN,
    scope=TokenScope.VOLUNTEER_WRITE,
)
def revoke_token(request: HttpRequest, token_id: Id) -> TokenShape:
    """停用后立即失效；停用正在使用的密钥等于退出登录。"""
    by = user_of(request)
    return _shape(actions.revoke_token(token_id=token_id, by=by, at=now()))


def _shape(token: ApiToken) -> TokenShape:
    return TokenShape(
        id=token.pk,
        name=token.name,
        hint=token.hint,
        scopes=token.scopes,
        created_at=local(token.created_at),
        expires_at=local(token.expires_at),
        used_at=local(token.used_at),
        revoked_at=local(token.revoked_at),
    )

"""Make and revoke keys; keep answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.tokens import rules
from voluncity.city.tokens.models import ApiToken, KeptAnswer
from voluncity.kernel.refusals import NotFound, Refusal


@transaction.atomic
def create_token(
    *,
    user: models.Model,
    name: str,
    scopes: Sequence[str],
    days: int,
    by: models.Model,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Make a key and return it with its secret, which is shown once and kept nowhere.

    :raises BadInput: when name, scopes or days are not as offered.
    :raises Refusal: when the person has too many live keys.
    """
    live = ApiToken.objects.filter(user_id=user.pk, revoked_at=None, expires_at__gt=at)
    if live.count() >= rules.LIVE_KEYS_MOST:
        raise Refusal(
            f"您已有 {rules.LIVE_KEYS_MOST} 个有效密钥，请先停用不用的密钥。", code="token.too_many"
        )
    secret = rules.new_secret()
    token = ApiToken.objects.create(
        user_id=user.pk,
        name=rules.checked_name(name),
        digest=rules.digest_of(secret),
        hint=secret[-4:],
        scopes=rules.checked_scopes(scopes),
        created_at=at,
        expires_at=at + timedelta(days=rules.checked_days(days)),
    )
    record("tokens.create", token, by=by, at=at, user=user.pk, days=days)
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: int, by: models.Model, at: datetime) -> ApiToken:
    """Let a key of one's own open nothing any more.

    :raises NotFound: when the person has no such key.
    :raises Refusal: when it was revoked before.
    """
    token = ApiToken.objects.filter(pk=token_id, user_id=by.pk).first()
    if token is None:
        raise NotFound("没有找到这个密钥。")
    if not ApiToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=at):
        raise Refusal("这个密钥已经停用。", code="token.revoked")
    record("tokens.revoke", token, by=by, at=at)
    token.revoked_at = at
    return token


@transaction.atomic
def revoke_all(*, user_id: int, at: datetime) -> int:
    """Let no key of an account open anything any more; return how many were left."""
    return ApiToken.objects.filter(user_id=user_id, revoked_at=None).update(revoked_at=at)


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Remember that a key is in use, at most once every ten minutes."""
    if token.used_at is None or token.used_at <= at - rules.USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=at)


def claim_key(*, caller: str, key: str, request_digest: str, at: datetime) -> KeptAnswer | None:
    """Take a key for the request of this transaction; None when an earlier request has it.

    A request that has the key but is not finished makes this one wait.
    """
    claim = KeptAnswer(caller=caller, key=key, request_digest=request_digest, created_at=at)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        return None
    return claim


def keep_answer(claim: KeptAnswer, *, status: int, body: str) -> None:
    """Keep an answer; it is sealed, because it may hold a name or a fresh key."""
    claim.status = status
    claim.body = personal.seal(body, bound_to=f"answer:{claim.caller}:{claim.key}")
    claim.save(update_fields=["status", "body"])


def give_key_back(claim: KeptAnswer) -> None:
    """Let the same key be tried again."""
    claim.delete()


def forget_answers(*, at: datetime) -> int:
    """Delete answers that nobody asks for again; return how many."""
    old, _ = KeptAnswer.objects.filter(created_at__lt=at - rules.ANSWERS_KEPT).delete()
    return old

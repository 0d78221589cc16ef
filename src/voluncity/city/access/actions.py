"""Fetch with permission, give and take roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import ROLES, Permission, Role
from voluncity.city.access.queries import Person, forget_grants, scope_of
from voluncity.city.journal.actions import record, record_many
from voluncity.kernel.refusals import NotFound, Refusal


def fetch(
    user: Person, permission: Permission, queryset: Any, *, at: datetime, **lookup: Any
) -> Any:
    """Return the one row found by `lookup` if it is within reach of the permission.

    `queryset` is a `ScopedQuerySet`. Somebody else's row looks like no row at all, and the try
    is journaled.

    :raises NotFound: when there is none, or it is somebody else's.
    """
    found = queryset.in_scope(scope_of(user, permission)).filter(**lookup).first()
    if found is not None:
        return found
    stranger = queryset.filter(**lookup).values_list("pk", flat=True).first()
    if stranger is not None:
        record(
            "access.denied",
            (queryset.model._meta.model_name, stranger),  # noqa: SLF001
            by=user if isinstance(user, models.Model) else None,
            at=at,
            permission=str(permission),
        )
    raise NotFound("没有找到这项内容，或者它不在您的管理范围内。")


@transaction.atomic
def give_role(
    *,
    user: models.Model,
    role: Role,
    region: models.Model | None = None,
    organization: models.Model | None = None,
    by: models.Model | None,
    at: datetime,
) -> Grant:
    """Give a person a role within a region or an organization.

    Nobody gives a role to themself; system, security and audit administration are never joined
    in one person (GB/T 22239-2019, RULES.md §3.5).

    :raises Refusal: when a rule is broken or the person has the role there already.
    """
    spec = ROLES[role]
    if by is not None and by.pk == user.pk:
        raise Refusal("不能给自己分配角色，请由另一位安全管理员办理。", code="access.own_grant")
    if (region is None) == (organization is None) or (region is None) == (spec.scope == "region"):
        wanted = "行政区划" if spec.scope == "region" else "组织"
        raise Refusal(
            f"“{spec.name}”需要选择一个{wanted}作为范围。", code="access.scope", field="scope"
        )
    grant = Grant(
        user_id=user.pk,
        role=role,
        region_id=region.pk if region else None,
        organization_id=organization.pk if organization else None,
        given_at=at,
        given_by_id=by.pk if by else None,
    )
    try:
        with transaction.atomic():
            grant.save(force_insert=True)  # two constraints decide, also when two give at once
    except IntegrityError as error:
        raise _why_not(grant) from error
    forget_grants(user)
    record("access.give_role", grant, by=by, at=at, user=user.pk, role=str(role))
    return grant


def _why_not(grant: Grant) -> Refusal:
    same = Grant.objects.filter(
        user=grant.user_id, role=grant.role, region=grant.region_id,
        organization=grant.organization_id, revoked_at=None,
    )  # fmt: skip
    if same.exists():
        return Refusal("此人在该范围内已有这个角色。", code="access.twice", field="role")
    return Refusal(
        "此人已是系统管理员、安全管理员或审计员。这三种角色不能由同一人担任，也只能有一个范围。",
        code="access.separation",
        field="role",
    )


@transaction.atomic
def revoke_role(*, grant_id: int, by: models.Model, at: datetime) -> None:
    """Take a role back.

    :raises NotFound: when there is no such grant.
    :raises Refusal: when it is one's own, or was taken back already.
    """
    grant = Grant.objects.select_related("user").filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("没有找到这项角色分配。")
    if grant.user_id == by.pk:
        raise Refusal("不能收回自己的角色，请由另一位安全管理员办理。", code="access.own_grant")
    if not Grant.objects.filter(pk=grant_id, revoked_at=None).update(revoked_at=at, revoked_by=by):
        raise Refusal("这个角色已经收回。", code="access.revoked")
    forget_grants(grant.user)
    record("access.revoke_role", grant, by=by, at=at, user=grant.user_id, role=grant.role)


@transaction.atomic
def end_roles(*, grants: QuerySet[Grant], by: models.Model, at: datetime) -> int:
    """Take roles back because what they rested on has ended; return how many there were.

    Unlike `revoke_role` it may be one's own: who leaves a team gives up its roles.
    """
    live = list(grants.filter(revoked_at=None).select_related("user").order_by("pk"))
    ids = [grant.pk for grant in live]
    Grant.objects.filter(pk__in=ids, revoked_at=None).update(revoked_at=at, revoked_by=by)
    record_many(
        "access.revoke_role",
        [(grant, {"user": grant.user_id, "role": grant.role}) for grant in live],
        by=by,
        at=at,
    )
    return len(ids)

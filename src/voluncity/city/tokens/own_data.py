"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.city.tokens.models import ApiToken
from voluncity.kernel.own_data import Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the keys for programs that the person made; the keys themselves nobody knows."""
    if volunteer.user_id is None:
        return []
    rows = tuple(
        (
            token.name,
            f"…{token.hint}",
            token.created_at.isoformat(),
            token.expires_at.isoformat(),
            token.revoked_at.isoformat() if token.revoked_at else "",
        )
        for token in ApiToken.objects.filter(user_id=volunteer.user_id).order_by("pk")
    )
    columns = ("用途", "末几位", "创建时间", "到期时间", "停用时间")
    return [Section("api_keys", "开放接口密钥", columns, rows)]

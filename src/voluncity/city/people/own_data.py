"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.access import personal
from voluncity.city.people import queries
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import weekday_name
from voluncity.kernel.own_data import Cell, Hindrance, Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return profile, free times, consents, guardians and real-name checks; numbers are whole."""
    return [
        Section("profile", "基本资料", ("项目", "内容"), tuple(_profile(volunteer).items())),
        _free_times(volunteer),
        _consents(volunteer),
        _guardians(volunteer),
        _checks(volunteer),
    ]


def _profile(volunteer: Volunteer) -> dict[str, Cell]:
    bound_to = f"volunteer:{volunteer.number}"
    return {
        "志愿者编号": volunteer.number,
        "姓名": volunteer.name,
        "性别": volunteer.get_sex_display(),
        "出生日期": volunteer.born_on.isoformat(),
        "证件类型": volunteer.get_id_type_display(),
        "证件号码": queries.id_number_of(volunteer),
        "手机号": queries.phone_of(volunteer),
        "地址": personal.unseal(volunteer.address_cipher, bound_to=bound_to),
        "所在区划": regions.full_name(volunteer.region),
        "党员": "是" if volunteer.is_party_member else "否",
        "服务专长": "、".join(volunteer.skills.order_by("pk").values_list("name", flat=True)),
        "服务意向": "、".join(volunteer.intentions.order_by("pk").values_list("name", flat=True)),
        "实名状态": volunteer.get_identity_state_display(),
        "招募渠道": volunteer.get_channel_display(),
        "登记时间": volunteer.registered_at.isoformat(),
    }


def _free_times(volunteer: Volunteer) -> Section:
    times = volunteer.free_times.order_by("weekday", "part")
    rows = tuple((weekday_name(time.weekday), time.get_part_display()) for time in times)
    return Section("free_times", "空闲时间", ("星期", "时段"), rows)


def _consents(volunteer: Volunteer) -> Section:
    rows = tuple(
        (
            row.get_purpose_display(),
            row.text_version,
            row.given_at.isoformat(),
            row.withdrawn_at.isoformat() if row.withdrawn_at else "",
        )
        for row in queries.consent_history(volunteer)
    )
    return Section("consents", "同意记录", ("用途", "文本版本", "同意时间", "撤回时间"), rows)


def _guardians(volunteer: Volunteer) -> Section:
    bound_to = f"volunteer:{volunteer.number}"
    rows = tuple(
        (
            guardian.name,
            guardian.get_relation_display(),
            personal.unseal(guardian.phone_cipher, bound_to=bound_to),
            guardian.consented_at.isoformat(),
            guardian.withdrawn_at.isoformat() if guardian.withdrawn_at else "",
        )
        for guardian in volunteer.guardians.order_by("pk")
    )
    columns = ("姓名", "关系", "手机号", "同意时间", "撤回时间")
    return Section("guardians", "监护人", columns, rows)


def _checks(volunteer: Volunteer) -> Section:
    rows = tuple(
        (
            check.submitted_at.isoformat(),
            check.decided_at.isoformat() if check.decided_at else "",
            {None: "审核中", True: "通过", False: "未通过"}[check.is_match],
            check.get_reason_display(),
        )
        for check in volunteer.identity_checks.order_by("pk")
    )
    return Section("identity_checks", "实名审核", ("提交时间", "办结时间", "结果", "原因"), rows)


def hindrances(user: User | None, _volunteer: Volunteer | None) -> list[Hindrance]:
    """Say whose records the person holds as a guardian (PIPL art. 31)."""
    if user is None:
        return []
    held = Guardian.objects.filter(
        user=user, is_holder=True, withdrawn_at=None, volunteer__closed_at=None
    )
    return [
        Hindrance(
            f"您还代管着{guardian.volunteer.name}的档案，请先为孩子更换监护人，或先注销孩子的档案。"
        )
        for guardian in held.select_related("volunteer").order_by("pk")
    ]

"""What a tablet and a device send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django import forms

from voluncity.kernel.refusals import BadInput
from voluncity.service.offline.actions.uploading import Sent, parse_time
from voluncity.service.signups.states import Direction

_BROKEN = "上传的内容不完整，请刷新页面再传。"
_BIGGEST = 2**42  # milliseconds: the year 2109; sums of such times still exist
MOST_BYTES = 200_000


class PairingForm(forms.Form):
    """The code that the leader reads out."""

    code = forms.CharField(
        label="配对码",
        max_length=20,
        error_messages={
            "required": "请输入负责人手机上的八位配对码。", "max_length": "配对码是八位数字。",
        },
    )  # fmt: skip


class _Way(forms.Form):
    """Which way somebody goes, and the nonce of the page."""

    direction = forms.ChoiceField(
        choices=Direction.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请按“签到”或“签退”。"),
    )
    nonce = forms.CharField(max_length=40)


class KioskForm(_Way):
    """What a volunteer types at the kiosk."""

    phone_tail = forms.CharField(
        label="手机号后四位", max_length=10,
        error_messages=dict.fromkeys(("required", "max_length"), "请输入手机号的后四位数字。"),
    )  # fmt: skip
    number = forms.CharField(
        label="志愿者编号（后四位也可以）", max_length=20,
        error_messages={
            "required": "请输入志愿者编号，至少后四位数字。",
            "max_length": "编号太长，请核对志愿者证上的编号。",
        },
    )  # fmt: skip


class CardForm(_Way):
    """The code that the kiosk has scanned."""

    code = forms.CharField(
        max_length=300,
        error_messages={"max_length": "这不是志愿者码，请打开“我的志愿者证”再扫。"},
    )


@dataclass(frozen=True)
class Upload:
    """What a device sends: the package's token, its clock, and the scans."""

    token: str
    offset_ms: int
    sent_at: int
    scans: list[Sent]


def read_upload(body: bytes) -> Upload:
    """Return what was sent.

    :raises BadInput: when it is not in the right form; then nothing of it is taken over.
    """
    if len(body) > MOST_BYTES:
        raise BadInput("一次上传的内容太多，请分批上传。", code="offline.too_many")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput(_BROKEN, code="offline.form") from error
    if not isinstance(sent, dict) or not isinstance(sent.get("scans"), list):
        raise BadInput(_BROKEN, code="offline.form")
    return Upload(
        _text(sent, "token"), _number(sent, "offset_ms"), _number(sent, "sent_at"),
        [_scan(one) for one in sent["scans"]],
    )  # fmt: skip


def _scan(one: Any) -> Sent:
    if not isinstance(one, dict) or one.get("direction") not in Direction.values:
        raise BadInput(_BROKEN, code="offline.form")
    signup = _number(one, "signup") if one.get("signup") is not None else None
    at = parse_time(_number(one, "at"))
    return Sent(_text(one, "nonce"), one["direction"], at, signup, _text(one, "code"))


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str) or not value.isprintable():  # NUL, halves of a character
        raise BadInput(_BROKEN, code="offline.form")
    return value


def _number(sent: dict[str, Any], name: str) -> int:
    value = sent.get(name)
    if type(value) is not int or abs(value) >= _BIGGEST:
        raise BadInput(_BROKEN, code="offline.form")
    return value

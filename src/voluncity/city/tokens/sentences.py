"""What is wrong with input, as a sentence; Pydantic knows only its own codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from voluncity.kernel.refusals import BadInput

_SENTENCES = {
    "missing": "缺少必填项“{field}”，请补上后再提交。",
    "extra_forbidden": "不认识的输入项“{field}”，请删去后再提交。",
    "string_type": "“{field}”应为文字。",
    "string_unicode": "“{field}”含有不能保存的字符，请删去后再提交。",
    "not_storable": "“{field}”含有不能保存的字符，请删去后再提交。",
    "string_too_long": "“{field}”最多 {max_length} 个字，请删减后再提交。",
    "string_too_short": "“{field}”最少 {min_length} 个字，请补充后再提交。",
    "string_pattern_mismatch": "“{field}”的格式不对，请按文档填写。",
    "int_type": "“{field}”应为整数。",
    "int_parsing": "“{field}”应为整数。",
    "int_parsing_size": "“{field}”的数字太大。",
    "int_from_float": "“{field}”应为整数。",
    "float_type": "“{field}”应为数字。",
    "float_parsing": "“{field}”应为数字。",
    "finite_number": "“{field}”应为有限的数字。",
    "greater_than": "“{field}”应大于 {gt}。",
    "greater_than_equal": "“{field}”不能小于 {ge}。",
    "less_than": "“{field}”应小于 {lt}。",
    "less_than_equal": "“{field}”不能大于 {le}。",
    "bool_type": "“{field}”应为 true 或 false。",
    "bool_parsing": "“{field}”应为 true 或 false。",
    "enum": "“{field}”只能是其中之一：{expected}。",
    "literal_error": "“{field}”只能是其中之一：{expected}。",
    "date_type": "“{field}”应为日期，例如 2026-03-05。",
    "date_parsing": "“{field}”应为日期，例如 2026-03-05。",
    "date_from_datetime_parsing": "“{field}”应为日期，例如 2026-03-05。",
    "date_from_datetime_inexact": "“{field}”应为日期，例如 2026-03-05，不带时间。",
    "datetime_type": "“{field}”应为时间，例如 2026-03-05T09:00:00+08:00。",
    "datetime_parsing": "“{field}”应为时间，例如 2026-03-05T09:00:00+08:00。",
    "datetime_from_date_parsing": "“{field}”应为时间，例如 2026-03-05T09:00:00+08:00。",
    "timezone_aware": "“{field}”缺少时区，例如 2026-03-05T09:00:00+08:00。",
    "list_type": "“{field}”应为列表。",
    "too_long": "“{field}”最多 {max_length} 项，请删减后再提交。",
    "too_short": "“{field}”最少 {min_length} 项，请补充后再提交。",
    "dict_type": "“{field}”应为对象。",
    "model_type": "“{field}”应为对象。",
    "model_attributes_type": "“{field}”应为对象。",
}
_OTHERWISE = "“{field}”的内容不对，请按文档检查后再提交。"


def bad_input(errors: Sequence[Mapping[str, Any]]) -> BadInput:
    """Return the refusal for the first thing that is wrong."""
    error = errors[0]
    field = _field(error["loc"])
    words = {key: str(value) for key, value in error.get("ctx", {}).items()}
    sentence = _SENTENCES.get(str(error["type"]), _OTHERWISE)
    shown = {**words, "field": field or "请求内容"}
    return BadInput(sentence.format(**shown), code=f"bad_input.{error['type']}", field=field)


def _field(place: Sequence[str | int]) -> str:
    """Return where it is ("shifts.0.capacity"), without the source and our parameter's name."""
    source, *rest = (str(part) for part in place)
    named = rest[1:] if source == "body" else rest
    return ".".join(named)[:80]

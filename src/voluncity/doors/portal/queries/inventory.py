"""What is kept about a person, why and how long: the list that the law asks for (PIPL art. 17)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """One kind of personal data."""

    what: str
    why: str
    how_long: str
    protection: str


TEN_YEARS = "服务记录保存不少于 10 年（GB/T 40143-2021）"

INVENTORY = (
    Kept("姓名、性别、出生日期", "登记为志愿者、出具服务证明", TEN_YEARS, "对外只显示姓氏"),
    Kept("证件类型和号码", "确认实名、避免重复登记", TEN_YEARS, "加密保存；查看完整号码会留痕"),
    Kept("手机号码", "登录、活动变更通知", "账号注销时删除", "加密保存；对外只显示前三位和后四位"),
    Kept(
        "居住区域、服务专长、空闲时间",
        "推荐就近合适的活动",
        "您可随时修改",
        "仅本人和本辖区工作人员可见",
    ),
    Kept("报名、签到签退、服务时长", "计算并证明志愿服务时长", TEN_YEARS, "只增不改，改动必留痕"),
    Kept(
        "签到时的位置（您同意后）", "核对是否在活动现场", "与服务记录同期", "只存签到点，不存轨迹"
    ),
    Kept("监护人姓名和电话（未成年人）", "取得监护人同意", "志愿者满 18 周岁后删除", "加密保存"),
    Kept(
        "操作记录", "谁在什么时间做了什么，供审计", "不少于 6 个月，服务相关不少于 10 年", "防篡改"
    ),
)

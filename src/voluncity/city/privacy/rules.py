"""What is kept and why, which entries of the journal are looks at a person, and fixed words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from voluncity.city.people.rules import Limit

# PIPL art. 15 asks for an easy way out, GB/T 35273-2020 8.5 for an end within 15 days.
CLOSING_WAIT = timedelta(days=15)

COPIES = Limit(
    "copies",
    10,
    timedelta(days=1),
    "今天下载的次数太多，请明天再来；急用的，请拨打服务电话。",
)
# Slows somebody who found an unlocked phone and guesses the password.
PROOFS = Limit(
    "proofs",
    5,
    timedelta(minutes=15),
    "连续输错的次数太多，请 15 分钟后再试，或改用短信验证码。",
)


@dataclass(frozen=True)
class Kept:
    """One kind of personal data."""

    what: str
    why: str
    how_long: str
    protection: str


TEN_YEARS = "服务记录保存不少于 10 年（GB/T 40143-2021）"

INVENTORY = (
    Kept("姓名、性别、出生日期", "登记为志愿者、出具服务证明", "账号注销时删除", "对外只显示姓氏"),
    Kept(
        "证件类型和号码", "确认实名、避免重复登记", "账号注销时删除", "加密保存；查看完整号码会留痕"
    ),
    Kept("手机号码", "登录、活动变更通知", "账号注销时删除", "加密保存；对外只显示前三位和后四位"),
    Kept(
        "居住区域、服务专长、空闲时间",
        "推荐就近合适的活动",
        "您可随时修改，账号注销时删除",
        "仅本人和本辖区工作人员可见",
    ),
    Kept(
        "是否党员",
        "党员到社区报到服务",
        "您可随时修改，账号注销时删除",
        "不公开；只有双报到的单位、社区和文明办可见",
    ),
    Kept("报名、签到签退、服务时长", "计算并证明志愿服务时长", TEN_YEARS, "只增不改，改动必留痕"),
    Kept("已开出的服务证明", "供用人单位查验", TEN_YEARS, "查验时只显示部分姓名"),
    Kept(
        "签到时的位置（您同意后）", "核对是否在活动现场", "与服务记录同期", "只存签到点，不存轨迹"
    ),
    Kept(
        "监护人姓名和电话（未成年人）", "取得监护人同意", "志愿者满 18 周岁或注销后删除", "加密保存"
    ),
    Kept("站内消息", "告诉您办理结果", "账号注销时删除", "仅本人可见"),
    Kept(
        "操作记录",
        "谁在什么时间做了什么，供审计",
        "不少于 6 个月，服务相关不少于 10 年",
        "防篡改；不写姓名和号码",
    ),
)

# What the person is told about a look; the verbs are the journal's.
LOOKS = {
    "people.reveal": "查看完整证件号码和手机号",
    "people.open_minor": "打开未成年人档案",
    "hardship.read": "查看困难和慰问档案",
    "wishes.reveal": "查看您心愿里的联系方式",
    "wishes.see_contact": "查看您心愿里的联系方式",
    "wishes.see_claimant": "查看您认领心愿时的姓名和电话",
    "insurance.see_claim": "查看您的保险理赔",
    "events.see_phone": "赛会负责人查看电话，联系到岗",
    "privacy.take_along": "下载全部信息",
}
# Seen by another resident, who holds no office.
PEERS = {"wishes.see_contact": "认领您心愿的志愿者", "wishes.see_claimant": "许愿人"}
EXPORTED = "导出名册（号码已隐去）"
EXPORTED_FULLY = "导出名册（含完整号码）"

"""The text of an agreement: places that are filled from the records, and the standard text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words

TEXT_MOST = 8000
_PLACE = re.compile("【([^【】]*)】")
# What may stand in a template, and what it becomes.
PLACES: Mapping[str, str] = {
    "甲方": "基金会和专项基金的全称",
    "乙方": "受资助方的名称",
    "项目名称": "项目或支持事项的名称",
    "编号": "从申报到结项的同一个编号",
    "资助方向": "这个项目服务的方向",
    "资助金额": "批准的金额",
    "金额大写": "批准的金额，大写",
    "开始日期": "项目开始日期",
    "结束日期": "项目结束日期",
    "负责人": "项目负责人",
    "预算": "批准的预算，一行一项",
    "里程碑": "双方确认的里程碑，一行一个",
    "资助条件": "批准时附的条件",
    "决议": "批准所依据的决议编号",
}
WANTED = ("甲方", "乙方", "项目名称", "编号", "资助金额", "里程碑")

STANDARD = """甲方（资助方）：【甲方】
乙方（受资助方）：【乙方】

根据【决议】，甲方资助乙方实施“【项目名称】”（编号【编号】）。双方协商一致，订立本协议。

一、资助金额和用途
甲方资助人民币【资助金额】（大写：【金额大写】），资助方向：【资助方向】。资金只能用于下列预算：
【预算】

二、项目时间和负责人
项目自【开始日期】起至【结束日期】止。乙方的项目负责人：【负责人】。

三、里程碑
乙方按下列里程碑实施项目，每个里程碑由甲方验收：
【里程碑】

四、拨付
甲方按确认的拨付计划分期拨付，拨到经核实的乙方账户。约定与里程碑挂钩的款项，验收通过后拨付。

五、乙方的责任
1. 专款专用，单独核算，保存全部凭证，按时报告项目进展和支出。
2. 活动和服务时长如实记录在本平台，接受甲方、监事和有关部门的检查。
3. 预算、日期、里程碑、负责人需要变更的，事先在平台申请，甲方同意后执行；总额不变。
4. 宣传时如实说明资金来源，保护服务对象的个人信息。

六、甲方的责任
按约定拨付，按期答复变更申请和验收申请，向社会公开资金使用情况。

七、暂停和终止
乙方没有正当理由停止实施、弄虚作假或者挪用资金的，甲方可以暂停拨付；情节严重的，经决议终止资助，乙方退回没有按约定使用的资金。

八、结项和余款
项目结束后乙方提交结项报告。经核对没有使用的余款，乙方退回原基金；没有拨付的款项不再拨付。

九、资助条件
【资助条件】

十、其他
本协议一式两份，双方签字盖章后生效。未尽事宜由双方协商解决。
"""


def template_text(text: str) -> str:
    """Return the text of a template as it is stored.

    :raises BadInput: when a place is unknown, or one that must be there is missing.
    """
    said = words(text, "text", "协议文本", TEXT_MOST, long=True)
    named = set(_PLACE.findall(said))
    if unknown := sorted(named - set(PLACES)):
        raise BadInput(
            f"协议文本里有不认识的填写项：{'、'.join(f'【{one}】' for one in unknown)}。"
            "请用下面列出的名称。",
            field="text",
        )
    if missing := [f"【{one}】" for one in WANTED if one not in named]:
        raise BadInput(f"协议文本还缺少：{'、'.join(missing)}。", field="text")
    return said


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Return the text with every place filled; what is not known stays a blank to write on."""
    return _PLACE.sub(lambda found: facts.get(found[1], "") or "　　　　", text)


def mark(text: str) -> str:
    """Return the short mark that stands on every page: another text has another mark."""
    return sha256(text.encode()).hexdigest()[:12].upper()

"""The summary of a year as a text document that the office goes on writing in."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from voluncity.fund.showing.queries.pages import Effect
from voluncity.fund.showing.rules import Timed, Timing
from voluncity.fund.showing.summary import Figure, Summary, Told
from voluncity.kernel.document import Document
from voluncity.kernel.money import yuan_text

DIGEST_SHOWN = 16


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _yuan(fen: int) -> str:
    return f"-{yuan_text(-fen)}" if fen < 0 else yuan_text(fen)


def _plain(fen: int) -> str:
    """Return fen as a column of figures needs them: 1,200.00."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def document(summary: Summary) -> bytes:
    """Return the draft as DOCX; the same records make the same bytes on a day."""
    title = f"{summary.fund.name} {summary.year} 年度工作总结"
    made = Document(title)
    made.cover(summary.fund.full_name, f"{summary.year} 年度工作总结")
    made.note(
        f"本稿由系统按 {_day(summary.drafted_on)}的记录生成，文中每个数字都可以在附录里找到出处。"
        "文字请办公室修改补充，数字请不要手工改动。"
    )
    _basics(made, summary)
    _purposes(made, summary)
    _projects(made, summary)
    _results(made, summary)
    _working(made, summary)
    _open_points(made, summary)
    made.text(f"{summary.fund.full_name}办公室")
    made.text(_day(summary.drafted_on))
    made.new_page()
    _appendix(made, summary)
    return made.content()


def _basics(made: Document, summary: Summary) -> None:
    raised, asked = summary.figure("raised"), summary.figure("asked")
    awarded, paid, applied = (summary.figure(key) for key in ("awarded", "paid", "applications"))
    spent, costs, interest = (summary.figure(key) for key in ("spent", "costs", "interest"))
    made.heading("一、基本情况")
    made.text(
        f"{summary.year} 年，专项基金共募集资金 {_yuan(raised.fen)}（{raised.count} 笔），"
        f"利息收入 {_yuan(interest.fen)}。"
    )
    made.text(
        f"收到志愿服务项目申报 {applied.count} 项，批准支持 {awarded.count} 项，"
        f"未获批准和其他 {applied.count - asked.count} 项。批准的项目共计申请 {_yuan(asked.fen)}，"
        f"批准资助 {_yuan(awarded.fen)}，当年拨付 {_yuan(paid.fen)}。"
    )
    closed = sum(one.is_closed for one in summary.projects)
    made.text(
        f"到年底，{closed} 个项目已经结项。项目当年用资助款支出并经审阅通过 {_yuan(spent.fen)}；"
        f"基金自身的直接公益支出和各项费用 {_yuan(costs.fen)}。"
    )


def _purposes(made: Document, summary: Summary) -> None:
    if not summary.purposes:
        return
    made.heading("二、按资助方向")
    keys = ("awarded", "paid", "spent")
    rows = []
    for name in summary.purposes:
        found = {one.key: one for one in summary.figures if one.purpose == name}
        sums = [_plain(found[key].fen) if key in found else "0.00" for key in keys]
        count = found["awarded"].count if "awarded" in found else 0
        raised = _plain(found["raised"].fen) if "raised" in found else "0.00"
        rows.append([name, raised, str(count), *sums])
    total = [_plain(summary.figure(key).fen) for key in keys]
    count = summary.figure("awarded").count
    rows.append(["合计", _plain(summary.figure("raised").fen), str(count), *total])
    made.table(
        ["资助方向", "募集（元）", "项目（个）", "批准（元）", "拨付（元）", "支出（元）"], rows,
        shares=[22, 18, 12, 18, 18, 18], numbers=[1, 2, 3, 4, 5],
    )  # fmt: skip
    for name in summary.purposes:
        mine = [one for one in summary.projects if _purpose(one) == name]
        if mine:
            paid = sum(one.paid_fen for one in mine)
            titles = "；".join(one.project.title for one in mine)
            made.text(f"{name}：{len(mine)} 个项目，当年拨付 {_yuan(paid)}。项目有：{titles}。")


def _purpose(one: Told) -> str:
    return one.project.serves.name if one.project.serves else "非限定"


def _projects(made: Document, summary: Summary) -> None:
    made.heading("三、资助项目")
    if not summary.projects:
        made.text("当年没有新立项的资助项目。")
    for number, one in enumerate(summary.projects, start=1):
        made.heading(f"{number}. {one.project.title}", 2)
        made.text(
            f"{one.project.recipient}，编号 {one.project.number}，{_purpose(one)}。"
            f"申请 {_yuan(one.asked_fen)}，批准 {_yuan(one.project.awarded_fen)}，"
            f"当年拨付 {_yuan(one.paid_fen)}，目前{one.project.get_state_display()}。"
        )
        if one.words:
            made.text(one.words)
        if said := _done(one.effect):
            made.text(f"{said}。")


def _done(effect: Effect) -> str:
    """Return what was done in words, without what is nothing."""
    parts = (
        (effect.served, "服务", "人次"), (effect.sessions, "组织活动", "场"),
        (effect.hours, "志愿服务", "小时"),
    )  # fmt: skip
    return "，".join(f"{verb} {number:,} {unit}" for number, verb, unit in parts if number)


def _results(made: Document, summary: Summary) -> None:
    made.heading("四、运行成果")
    done = summary.effect
    if said := _done(done):
        made.text(
            f"当年立项的项目到目前共{said}。时长按志愿者签到记录计算，人次按审阅通过的报告计算。"
        )
    else:
        made.text("当年立项的项目还没有审阅通过的服务记录。")
    made.heading("费用比例", 2)
    for ratio in summary.ratios:
        made.text(f"{ratio.label} {ratio.value}，法定{ratio.limit}。{ratio.why}")


def _working(made: Document, summary: Summary) -> None:
    made.heading("五、办理时效和宣传推广")
    if summary.timings:
        made.table(
            ["环节", "件数", "一半在几天内", "最长几天", "怎么算"],
            [_timing(one, timed) for one, timed in summary.timings],
            shares=[20, 10, 18, 14, 44], numbers=[1, 2, 3],
        )  # fmt: skip
    else:
        made.text("当年没有办结的事项可以计算时效。")
    made.table(
        ["宣传推广", "数量"], [list(one) for one in summary.promotion], shares=[50, 50]
    )  # fmt: skip


def _timing(one: Timing, timed: Timed) -> list[str]:
    if one.has_due_day:
        longest = f"晚 {timed.longest}" if timed.longest > 0 else "没有晚"
        return [one.title, str(timed.count), f"按时 {timed.in_time} 份", longest, one.what]
    return [one.title, str(timed.count), str(timed.median), str(timed.longest), one.what]


def _open_points(made: Document, summary: Summary) -> None:
    made.heading("六、不足和改进")
    for number, words in enumerate(summary.lacks, start=1):
        made.text(f"{number}. {words}")
    if not summary.lacks:
        made.text("按时效、拨付和公开的记录，没有发现突出的问题。")
    made.heading("七、下一步安排")
    for words in summary.plans:
        made.text(words)
    if not summary.plans:
        made.text(f"没有登记 {summary.year + 1} 年度预算，预算批准以后按预算执行。")


def _appendix(made: Document, summary: Summary) -> None:
    made.heading("附录 每个数字的出处")
    made.note(
        "每个数字都是一份公开清单的合计，任何人都可以打开清单核对。"
        "校验码是这份清单 CSV 文件的 SHA-256 摘要的前 16 位，同样的记录得到同样的校验码；"
        "完整的摘要在同名的 JSON 文件里。清单在网站上的地址前加："
        f"{settings.VOLUNCITY_PUBLIC_URL}"
    )
    made.table(
        ["数字", "金额（元）", "记录", "清单地址", "校验码"],
        [_proof(one) for one in summary.figures],
        shares=[24, 20, 10, 34, 22], numbers=[1, 2],
    )  # fmt: skip
    made.heading("怎么算", 2)
    seen = set()
    for one in summary.figures:
        if one.key not in seen:
            seen.add(one.key)
            made.note(f"{one.label}：{one.words}")


def _proof(one: Figure) -> list[str]:
    return [
        one.label, _plain(one.fen), f"{one.count} {one.unit}", one.url, one.digest[:DIGEST_SHOWN],
    ]  # fmt: skip

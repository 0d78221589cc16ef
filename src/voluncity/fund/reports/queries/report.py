"""One report: what stands in it, what is still missing, what the office said."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from voluncity.fund.reports.models import Evidence, Expense, Remark, Report, Submission, Voucher
from voluncity.fund.reports.queries.spending import LineUse, lines_of
from voluncity.fund.reports.rules.writing import EVIDENCE, SPENDING, WORDS
from voluncity.fund.reports.states import ExpenseState, ReportState
from voluncity.kernel.money import yuan_text

E, S = ExpenseState, ReportState


def shown_evidence(report: Report) -> QuerySet[Evidence]:
    """Return the pictures and papers of a report in their order."""
    found: QuerySet[Evidence] = report.evidence.filter(removed_at=None)
    return found.select_related("file", "small").order_by("position", "pk")


def expenses_of(report: Report) -> QuerySet[Expense]:
    """Return the expenses of a report by line and day, each with its vouchers as `papers`."""
    papers = Voucher.objects.filter(removed_at=None).select_related("file", "small").order_by("pk")
    found: QuerySet[Expense] = report.expenses.exclude(state=E.REMOVED)
    return (
        found.select_related("line", "changed_by")
        .prefetch_related(Prefetch("vouchers", papers, to_attr="papers"))
        .order_by("line__place", "on", "pk")
    )


def newest_submission(report: Report) -> Submission | None:
    """Return the report as it was handed in last."""
    return report.submissions.select_related("made_by", "returned_by").first()


def open_remarks(report: Report) -> dict[str, str]:
    """Return what the office wants mended, by part, while a report is sent back."""
    newest = newest_submission(report)
    if newest is None or newest.returned_at is None or report.state != S.RETURNED:
        return {}
    return dict(Remark.objects.filter(submission=newest).values_list("key", "words"))


def problems(report: Report, expenses: Iterable[Expense]) -> dict[str, list[str]]:
    """Return what is missing before a report can be handed in, by its part."""
    found: dict[str, list[str]] = {}
    for key, (label, _, is_wanted, _) in WORDS.items():
        if is_wanted and not getattr(report, key):
            found.setdefault(key, []).append(f"请填写{label}。")
    if not report.evidence.filter(removed_at=None).exists() and not report.linked.exists():
        found[EVIDENCE] = ["请至少上传一张照片或一份材料，或者关联一场服务活动。"]
    bare = [one for one in expenses if one.state == E.CLAIMED and not _papers(one)]
    if bare:
        named = "、".join(f"“{one.what}”{one.text}" for one in bare[:5])
        more = f" 等 {len(bare)} 笔" if len(bare) > 5 else ""  # noqa: PLR2004 -- five are named
        found.setdefault(SPENDING, []).append(f"还没有上传凭证：{named}{more}。")
    over = [one for one in lines_of(report.funding) if one.left_fen < 0]
    found_over = [_over_text(one) for one in over]
    if found_over:
        found.setdefault(SPENDING, []).extend(found_over)
    return found


def _papers(expense: Expense) -> bool:
    return bool(getattr(expense, "papers", None))


def _over_text(one: LineUse) -> str:
    return (
        f"“{one.line}”的预算是 {yuan_text(one.line.fen)}，已经填报 {one.claimed_text}，"
        "请减少支出，或先提出变更申请。"
    )

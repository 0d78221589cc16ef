"""Write one page of an application: it saves itself, and two who write at once both keep theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may
from voluncity.city.files import storage
from voluncity.city.people.asking import user_of
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.actions import Saved, Typed
from voluncity.fund.calls.forms import DraftForm, FileForm
from voluncity.fund.calls.models import Answer, Application, Attachment, Former, Submission
from voluncity.fund.calls.queries import Written, mark_of
from voluncity.fund.calls.rules.checking import BUDGET, Checkup, check
from voluncity.fund.calls.spec import Mark, Question, Section, mark_in, raw_of, said
from voluncity.fund.calls.states import WRITABLE, QuestionKind
from voluncity.fund.calls.views.common import CONFLICT, UNPROCESSABLE, fetch_own
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.kernel.text import number_in
from voluncity.web.answers import hand_over

P, K = Permission, QuestionKind


@dataclass(frozen=True)
class Row:
    """One question as the page draws it."""

    question: Question
    bound: BoundField | None
    mark: Mark
    remark: str = ""
    mine: str = ""  # written while somebody else did, and not decided about
    theirs: Answer | None = None
    stale: Answer | None = None  # somebody changed it since the page was drawn
    files: tuple[Attachment, ...] = ()

    @property
    def settled_mark(self) -> Mark:
        """Return the mark of who has seen both texts."""
        return mark_of(self.theirs)

    @property
    def theirs_text(self) -> str:
        """Return the other text as it is read."""
        return said(self.question, self.theirs.raw) if self.theirs else ""

    @property
    def mine_text(self) -> str:
        """Return one's own text as it is read."""
        return said(self.question, self.mine)


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Write one page; a program of the page saves after each pause."""
    application = fetch_own(request, pk)
    if request.method == "GET":
        if application.state not in WRITABLE:
            return redirect("calls:own_tasks", pk)
        return _page(request, application, section)
    before = queries.written(application)
    questions = before.draft.questions_of(_section(before, section))
    saved = actions.save_answers(
        application=application, sent=_typed(request, questions), by=user_of(request), at=now()
    )
    if request.headers.get("HX-Request") == "true":
        return _told(request, application, section, saved)
    return _go_on(request, application, section, saved)


def _section(now_written: Written, key: str) -> Section:
    found = next((one for one in now_written.draft.sections if one.key == key), None)
    if found is None:
        raise NotFound("没有找到这一栏，请回到申报页面。")
    return found


def _typed(request: HttpRequest, questions: tuple[Question, ...]) -> dict[str, Typed]:
    """Return what was sent for each question that stood on the page.

    Who was shown both texts and presses “用框里的内容” has seen the newer one.
    """
    settled = request.POST.get("settle", "").partition(":")
    found = {}
    for question in questions:
        seen = request.POST.get(f"seen-{question.key}")
        if seen is None or question.kind == K.FILE:
            continue
        mark = mark_in(settled[2] if question.key == settled[0] else seen)
        found[question.key] = Typed(raw_of(request.POST.getlist(question.key)), mark)
    return found


# -- Draw ------------------------------------------------------------------------------------------


def _rows(
    request: HttpRequest, application: Application, now_written: Written, section: Section,
    form: DraftForm,
) -> list[Row]:  # fmt: skip
    remarks = queries.open_remarks(application)
    clashes: dict[str, Former] = queries.open_clashes(application, user_of(request))
    rows = []
    for question in now_written.draft.questions_of(section):
        key, answer = question.key, now_written.answers.get(question.key)
        mine = clashes.get(key)
        rows.append(
            Row(
                question,
                form[key] if key in form.fields else None,
                mark_of(answer),
                remark=remarks.get(key, ""),
                mine=mine.raw if mine else "",
                theirs=answer if mine else None,
                files=tuple(now_written.files.get(key, ())),
            )
        )
    return rows


def _page(
    request: HttpRequest, application: Application, key: str, *, status: int = 200,
    file_forms: dict[str, FileForm] | None = None,
) -> HttpResponse:  # fmt: skip
    now_written = queries.written(application)
    section = _section(now_written, key)
    done = check(now_written.draft)
    form = DraftForm(now_written.draft.questions_of(section), now_written.draft.raw)
    if "check" in request.GET:
        form.show(done.problems[key])
    rows = _rows(request, application, now_written, section, form)
    context: dict[str, Any] = {
        "application": application,
        "section": section,
        "form": form,
        "rows": [row for row in rows if row.question.kind != K.FILE],
        "file_rows": [
            (
                row,
                (file_forms or {}).get(row.question.key)
                or FileForm(auto_id=f"id_{row.question.key}_%s"),
            )
            for row in rows
            if row.question.kind == K.FILE
        ],
        "is_budget": key == BUDGET,
        "next": _next(now_written, key),
        "remark": queries.open_remarks(application).get(key, ""),
        "shelf": f"{application.pk}:{key}",
    }
    if key == BUDGET:
        context |= _budget(application, now_written, done, rows)
    return render(request, "calls/own_section.html", context, status=status)


def _budget(
    application: Application, now_written: Written, done: Checkup, rows: list[Row]
) -> dict[str, Any]:
    by_key = {row.question.key: row for row in rows}
    parts = ("kind", "what", "basis", "fen")
    return {
        "budget_lines": [
            (number, [by_key[f"b{number}_{part}"] for part in parts])
            for number in now_written.draft.lines
        ],
        "removed": application.lines.exclude(removed_at=None),
        "line_kinds": application.call.line_kinds.all(),
        "sums": sums_text(done),
    }


def sums_text(done: Checkup) -> str:
    """Return how the lines of a budget add up, beside what is asked for."""
    asked = done.asked_fen
    text = f"预算合计 {yuan_text(done.lines_fen)}"
    if asked is None:
        return f"{text}；“项目概况”里还没有填申请金额。"
    gap = asked - done.lines_fen
    rest = "正好相等。" if not gap else f"{'还差' if gap > 0 else '多出'} {yuan_text(abs(gap))}。"
    return f"{text}，申请金额 {yuan_text(asked)}，{rest}"


def _next(now_written: Written, key: str) -> str:
    keys = [one.key for one in now_written.draft.sections]
    place = keys.index(key) + 1
    return keys[place] if place < len(keys) else ""


# -- Answer ----------------------------------------------------------------------------------------


def _told(request: HttpRequest, application: Application, key: str, saved: Saved) -> HttpResponse:
    """Answer the page's own saving: what is kept now, and what clashed; no control is touched."""
    now_written = queries.written(application)
    rows = []
    for question in now_written.draft.questions_of(_section(now_written, key)):
        name = question.key
        answer = now_written.answers.get(name)
        sent = mark_in(request.POST.get(f"seen-{name}", ""))
        if name in saved.clashes:
            clash = saved.clashes[name]
            rows.append(Row(question, None, sent, mine=clash.mine, theirs=clash.theirs))
        elif name in saved.written:
            # What was written, not what stands there now: a colleague may have been that quick.
            rows.append(Row(question, None, mark_of(saved.written[name])))
        elif answer is not None and answer.edition > sent.edition >= 0:
            rows.append(Row(question, None, sent, stale=answer))
    context = {
        "application": application,
        "rows": rows,
        "said": f"已自动保存 {localtime(now()):%H:%M:%S}" if saved.written else "",
        "clashes": len(saved.clashes),
        "sums": sums_text(check(now_written.draft)) if key == BUDGET else "",
    }
    return render(request, "calls/own_saved.html", context)


def _go_on(request: HttpRequest, application: Application, key: str, saved: Saved) -> HttpResponse:
    """Do what was pressed after everything was saved."""
    pk, me, at = application.pk, user_of(request), now()
    if "theirs" in request.POST:
        actions.leave_theirs(application=application, key=request.POST["theirs"][:20], by=me, at=at)
        return redirect(f"{reverse('calls:own_section', args=[pk, key])}")
    if saved.clashes:
        return _page(request, application, key, status=CONFLICT)
    place = _changed_lines(request, application)
    if place is not None:
        return redirect(f"{reverse('calls:own_section', args=[pk, key])}#{place}")
    messages.success(request, "已保存。")
    if "settle" in request.POST or "stay" in request.POST:
        return redirect("calls:own_section", pk, key)
    following = request.POST.get("next", "")
    if following and any(
        one.key == following for one in queries.written(application).draft.sections
    ):
        return redirect("calls:own_section", pk, following)
    return redirect("calls:own_tasks", pk)


def _changed_lines(request: HttpRequest, application: Application) -> str | None:
    """Add, remove or put back a line of the budget; return the place of the page to go on at."""
    me, at = user_of(request), now()
    if "add" in request.POST:
        line = actions.add_line(application=application, by=me, at=at)
        return f"line-{line.number}"
    for name, act in (("remove", actions.remove_line), ("restore", actions.restore_line)):
        number = number_in(request.POST.get(name))
        if number is not None:
            act(application=application, number=min(number, 9999), by=me, at=at)
            return "lines"
    return None


# -- Files and former words ------------------------------------------------------------------------


@needs(P.GRANT_APPLY)
@never_cache
@require_POST
def own_file(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Put a file to a question, or take one off."""
    application = fetch_own(request, pk)
    section = next(
        (
            one.key
            for one in application.form.spec.sections
            if any(q.key == key for q in one.questions)
        ),
        None,
    )
    if section is None:
        raise NotFound("没有找到这道题，请回到申报页面。")
    gone = number_in(request.POST.get("remove"))
    if gone is not None:
        actions.remove_file(application=application, file_id=gone, by=user_of(request), at=now())
        messages.success(request, "附件已移除。")
        return redirect("calls:own_section", pk, section)
    form = FileForm(request.POST, request.FILES, auto_id=f"id_{key}_%s")
    if form.is_valid():
        try:
            actions.add_file(
                application=application, key=key, checked=form.cleaned_data["file"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
    if form.errors:
        return _page(request, application, section, status=UNPROCESSABLE, file_forms={key: form})
    messages.success(request, "附件已上传。")
    return redirect("calls:own_section", pk, section)


@needs(P.GRANT_APPLY, P.GRANT_REVIEW)
@never_cache
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand over a file of an application to its organization, and to the office once received."""
    found = _visible(request, pk)
    try:
        stream = storage.open_stored(found.file.key)
    except FileNotFoundError as error:
        raise NotFound("文件暂时取不到，请稍后再试。", code="files.missing") from error
    is_paper = found.file.content_type == "application/pdf"
    name = found.file.original_name if is_paper else f"{found.file.key}.webp"
    response: FileResponse = hand_over(
        stream, content_type=found.file.content_type, filename=name, is_attachment=is_paper
    )
    return response


def _visible(request: HttpRequest, pk: int) -> Attachment:
    files = Attachment.objects.select_related("file")
    is_own = has(request.user, P.GRANT_APPLY) and may(
        request.user, P.GRANT_APPLY, Attachment.objects.all(), pk=pk
    )
    if not is_own:
        files = files.filter(application__number__isnull=False)
    permission = P.GRANT_APPLY if is_own else P.GRANT_REVIEW
    found: Attachment = access.fetch(request.user, permission, files, at=now(), pk=pk)
    if not is_own and not _was_handed_in(found):
        raise NotFound("这个附件还没有提交，请等申报组织提交以后再看。")
    return found


def _was_handed_in(file: Attachment) -> bool:
    made = Submission.objects.filter(application=file.application_id)
    return any(
        file.pk in found
        for content in made.values_list("content", flat=True)
        for found in content["files"].values()
    )


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_formers(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the words that stood in the fields, or were not written: nothing is lost."""
    application = fetch_own(request, pk)
    now_written = queries.written(application)
    labels = {
        question.key: question
        for section in now_written.draft.sections
        for question in now_written.draft.questions_of(section)
    }
    kept = application.formers.select_related("written_by")[:200]
    context = {
        "application": application,
        "formers": [
            (labels[one.key].label if one.key in labels else "已删除的预算", one) for one in kept
        ],
    }
    return render(request, "calls/own_formers.html", context)

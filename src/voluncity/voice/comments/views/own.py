"""One's own comments and bans, and what one reports about others."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import signed_in
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.voice.comments import actions, queries
from voluncity.voice.comments.forms import EditForm, ReportForm, WordsForm
from voluncity.voice.comments.models import Comment
from voluncity.voice.comments.states import OWN, CommentState
from voluncity.voice.comments.views.common import ON_A_PAGE, UNPROCESSABLE
from voluncity.web.forms import refusals_in


@signed_in
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List what one has said, and one's bans."""
    return _mine(request)


def _mine(request: HttpRequest, form: WordsForm | None = None) -> HttpResponse:
    me, at = user_of(request), now()
    page = Paginator(queries.own_comments(me), ON_A_PAGE).get_page(request.GET.get("page"))
    ban = queries.live_ban(me.pk, at=at)
    context = {
        "page": page,
        "rows": [
            (one, queries.page_of(one), actions.may_edit(one, at=at), one.state in OWN)
            for one in page
        ],
        "ban": ban,
        "form": form or WordsForm(label="申诉理由", hint="由另一位工作人员答复。"),
    }
    return render(
        request, "comments/mine.html", context, status=UNPROCESSABLE if form is not None else 200
    )


@signed_in
@require_POST
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that somebody else looks at one's ban."""
    me = user_of(request)
    if not queries.own_bans(me).filter(pk=pk).exists():
        raise NotFound("没有找到这次禁言，请回到“我的评论”查看。")
    form = WordsForm(request.POST, label="申诉理由", hint="由另一位工作人员答复。")
    if form.is_valid():
        with refusals_in(form):
            actions.appeal(ban_id=pk, by=me, at=now(), **form.cleaned_data)
    if form.errors:
        return _mine(request, form)
    messages.success(request, "申诉已提交，由另一位工作人员答复。")
    return redirect("comments:mine")


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what one has just said."""
    me, at = user_of(request), now()
    comment = actions.own(pk, me)
    form = EditForm(
        request.POST if request.method == "POST" else None, initial={"text": comment.text}
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            changed = actions.edit_comment(comment_id=pk, by=me, at=at, **form.cleaned_data)
            waits = changed.state == CommentState.WAITING
            messages.success(request, "已修改，审核后公开。" if waits else "已修改。")
        if not form.errors:
            return redirect(queries.page_of(comment))
    elif not form.is_bound and not actions.may_edit(comment, at=at):
        raise Refusal("发表时间较久，不能再修改了。可以删除后重新发表。", code="comments.too_late")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "comments/edit.html", {"form": form, "comment": comment}, status=status)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether, and take one's own words back."""
    me = user_of(request)
    comment = actions.own(pk, me)
    if request.method == "POST":
        actions.delete_comment(comment_id=pk, by=me, at=now())
        messages.success(request, "已删除。")
        return redirect("comments:mine")
    return render(request, "comments/delete.html", {"comment": comment})


@signed_in
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is wrong with a comment."""
    comment = Comment.objects.filter(pk=pk, state=CommentState.SHOWN).first()
    if comment is None:
        raise NotFound("这条评论已经看不到了，请回到上一页刷新。")
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.report(comment_id=pk, by=user_of(request), at=now(), **form.cleaned_data)
        if not form.errors:
            messages.success(request, "已收到，工作人员会核实。谢谢您！")
            return redirect(queries.page_of(comment))
    status = UNPROCESSABLE if form.errors else 200
    back = queries.page_of(comment)
    context = {"form": form, "comment": comment, "back": back}
    return render(request, "comments/report.html", context, status=status)

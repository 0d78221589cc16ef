"""Write at the desk: the form that saves itself, pictures, the video."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import number_in
from voluncity.voice.news import actions, queries
from voluncity.voice.news.forms import ArticleForm, PictureForm, VideoForm
from voluncity.voice.news.models import Article, Picture
from voluncity.voice.news.rules import Draft
from voluncity.voice.news.states import WRITABLE, Section
from voluncity.voice.news.views.common import CONFLICT, UNPROCESSABLE, fetch
from voluncity.web.forms import refusals_in

P = Permission
_HANDLE_LENGTH = 36


@needs(P.NEWS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Begin an article."""
    me = user_of(request)
    offered = queries.publishers(me)
    sent = (request.POST,) if request.method == "POST" else ()
    form = ArticleForm(*sent, section=Section.NEWS, publishers=offered)
    article = None
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            chosen = {one.key: one for one in offered}[form.cleaned_data["publisher"]]
            article = actions.start_article(
                draft=form.draft(), section=Section.NEWS, publisher=chosen,
                handle=_handle(request), by=me, at=now(),
            )  # fmt: skip
    return _answer(request, form, article)


def _handle(request: HttpRequest) -> str:
    sent = request.POST.get("handle", "")
    if not 8 <= len(sent) <= _HANDLE_LENGTH or not sent.isascii():  # noqa: PLR2004 -- a mark, not a number
        raise BadInput("页面已经过期，请刷新后再填写。")
    return sent


@needs(P.NEWS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write; the page saves itself, and never over what somebody else wrote meanwhile."""
    article = fetch(request, pk, P.NEWS_EDIT)
    if request.method == "GET" and article.state not in WRITABLE:
        messages.warning(request, "这篇稿件现在不能修改，待审核的请先取回，已发布的请先点“更正”。")
        return redirect("news:desk_detail", pk)
    sent = (request.POST,) if request.method == "POST" else ()
    form = ArticleForm(
        *sent, section=article.section, article=article,
        pictures_url=reverse("news:desk_pictures", args=[pk]), initial=_kept(article),
    )  # fmt: skip
    saved = None
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            saved = actions.save_article(
                article=article, draft=form.draft(), seen=_seen(request), by=user_of(request),
                at=now(),
            )  # fmt: skip
    return _answer(request, form, saved, before=article)


def _kept(article: Article) -> dict[str, Any]:
    kept = {name: getattr(article, name) for name in Draft.__dataclass_fields__}
    return kept | {"tags": article.tags.strip()}


def _seen(request: HttpRequest) -> int:
    seen = number_in(request.POST.get("seen"))
    return -1 if seen is None else seen


def _answer(
    request: HttpRequest, form: ArticleForm, saved: Article | None, before: Article | None = None
) -> HttpResponse:
    """Answer a page, the page's own saving, or go on to what was asked for."""
    article = saved or before
    if "autosave" in request.POST:
        return _told(form, saved)
    if saved is None:
        context = {
            "form": form,
            "article": article,
            "seen": _seen_next(request, form, article),
            "handle": request.POST.get("handle") or str(uuid4()),
        }
        status = UNPROCESSABLE if form.errors else 200
        return render(request, "news/desk_form.html", context, status=status)
    if "submit" in request.POST:
        return _hand_in(request, form, saved)
    messages.success(request, "草稿已保存。")
    return redirect("news:desk_pictures" if "pictures" in request.POST else "news:desk_detail",
                    saved.pk)  # fmt: skip


def _seen_next(request: HttpRequest, form: ArticleForm, article: Article | None) -> int:
    """Return the edition that the form goes on from.

    Who was told of a newer one and saves again means it; any other mistake in the form does not
    make a colleague's words disappear.
    """
    if article is None:
        return 0
    return article.edition if not form.is_bound or form.non_field_errors() else _seen(request)


def _hand_in(request: HttpRequest, form: ArticleForm, article: Article) -> HttpResponse:
    with refusals_in(form):
        actions.submit_article(article=article, by=user_of(request), at=now())
    if form.errors:
        fresh = queries.detailed().get(pk=article.pk)
        context = {"form": form, "article": fresh, "seen": fresh.edition, "handle": fresh.handle}
        return render(request, "news/desk_form.html", context, status=UNPROCESSABLE)
    messages.success(request, "已提交，等待另一位同事审核。")
    return redirect("news:desk_detail", article.pk)


def _told(form: ArticleForm, saved: Article | None) -> JsonResponse:
    if saved is None:
        whole = [str(sentence) for sentence in form.non_field_errors()]
        said = whole[0] if whole else "还有没填好的地方，填好后会自动保存。"
        return JsonResponse({"said": said}, status=CONFLICT if whole else UNPROCESSABLE)
    return JsonResponse(
        {
            "seen": str(saved.edition),
            "url": reverse("news:desk_edit", args=[saved.pk]),
            "said": f"已自动保存 {localtime(now()):%H:%M}",
        }
    )


# -- Pictures ----------------------------------------------------------------------------------


@needs(P.NEWS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_pictures(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and add the pictures of an article; the editor asks the same in JSON."""
    article = fetch(request, pk, P.NEWS_EDIT)
    is_json = request.headers.get("Accept", "").startswith("application/json")
    if request.method == "GET" and is_json:
        return JsonResponse({"pictures": [_told_picture(one) for one in article.pictures.all()]})
    form = PictureForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
    )
    added = _added(request, form, article)
    if is_json:
        return _picture_told(form, added)
    if added is not None:
        messages.success(request, "图片已上传。")
        return redirect("news:desk_pictures", pk)
    return _pictures_page(request, article, form=form)


def _added(request: HttpRequest, form: PictureForm, article: Article) -> Picture | None:
    if not (form.is_bound and form.is_valid()):
        return None
    sent = form.cleaned_data
    with refusals_in(form):
        return actions.add_picture(
            article=article, photo=sent["file"][0], alt=sent["alt"], faces=sent["faces"],
            by=user_of(request), at=now(),
        )  # fmt: skip
    return None


def _picture_told(form: PictureForm, added: Picture | None) -> JsonResponse:
    if added is not None:
        return JsonResponse(_told_picture(added))
    said = next(iter(next(iter(form.errors.values()), ["图片没有传上去，请重试。"])))
    return JsonResponse({"said": str(said)}, status=UNPROCESSABLE)


def _told_picture(one: Picture) -> dict[str, str]:
    return {"src": reverse("news:picture", args=[one.pk]), "alt": one.alt}


@needs(P.NEWS_EDIT)
@require_POST
def desk_picture(request: HttpRequest, pk: int, picture_pk: int) -> HttpResponse:
    """Change the words of a picture, make it the cover, or remove it."""
    article, me, at = fetch(request, pk, P.NEWS_EDIT), user_of(request), now()
    if "remove" in request.POST:
        actions.remove_picture(article=article, picture_id=picture_pk, by=me, at=at)
        messages.success(request, "图片已移除。")
    else:
        actions.change_picture(
            article=article, picture_id=picture_pk, alt=request.POST.get("alt", ""),
            is_cover="cover" in request.POST, by=me, at=at,
        )  # fmt: skip
        messages.success(request, "已设为封面。" if "cover" in request.POST else "已保存。")
    return redirect("news:desk_pictures", pk)


@needs(P.NEWS_EDIT)
@require_POST
def desk_video(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a video above the text, or take it off."""
    article = fetch(request, pk, P.NEWS_EDIT)
    form = VideoForm(request.POST, request.FILES)
    is_gone = "remove" in request.POST
    if is_gone or form.is_valid():
        form.full_clean()
        upload = None if is_gone else form.cleaned_data["upload"]
        try:
            actions.set_video(article=article, upload=upload, by=user_of(request), at=now())
        except Refusal as refusal:
            form.add_error("upload", refusal.sentence)
        else:
            messages.success(request, "视频已移除。" if is_gone else "视频已上传。")
            return redirect("news:desk_pictures", pk)
    return _pictures_page(request, article, video_form=form)


def _pictures_page(
    request: HttpRequest,
    article: Article,
    *,
    form: PictureForm | None = None,
    video_form: VideoForm | None = None,
) -> HttpResponse:
    context = {
        "article": article,
        "pictures": article.pictures.select_related("small"),
        "form": form or PictureForm(),
        "video_form": video_form or VideoForm(),
        "may_write": article.state in WRITABLE,
    }
    wrong = any(one is not None and one.errors for one in (form, video_form))
    status = UNPROCESSABLE if wrong else 200
    return render(request, "news/desk_pictures.html", context, status=status)

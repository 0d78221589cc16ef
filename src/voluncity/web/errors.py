"""Pages for what goes wrong outside the domain. config/urls.py and settings name these views."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from voluncity.web.context_processors import ui
from voluncity.web.middleware import API_PREFIX, way_back


@dataclass(frozen=True)
class ErrorWords:
    """What a person reads when something went wrong, and the stable code for a program."""

    icon: str
    title: str
    sentence: str
    code: str


WORDS = {
    400: ErrorWords(
        "circle-alert", "请求不完整", "浏览器发来的内容不完整，请返回上一页重试。", "bad_request"
    ),
    403: ErrorWords(
        "lock-keyhole",
        "您不能打开这个页面",
        "您的账号没有这项权限。如果需要办理，请联系您的组织管理员。",
        "not_allowed",
    ),
    404: ErrorWords(
        "search-x",
        "没有找到这个页面",
        "网址可能写错了，或者内容已经撤下。请从首页重新查找。",
        "not_found",
    ),
    405: ErrorWords(
        "circle-x",
        "不能这样操作",
        "这个地址不支持这种请求方式，请按文档更换。",
        "method_not_allowed",
    ),
    413: ErrorWords(
        "file-x", "文件太大", "上传的内容超过了大小限制，请压缩后再上传。", "too_large"
    ),
    429: ErrorWords(
        "hourglass", "操作太频繁", "请稍等一分钟再试，您填写的内容不会丢失。", "too_many"
    ),
    500: ErrorWords(
        "wrench",
        "系统出了点问题",
        "不是您的错，我们已经记录下来。请过几分钟再试，急事请打电话办理。",
        "server_error",
    ),
    503: ErrorWords("wrench", "系统正在维护", "很快就好，请过几分钟再打开。", "maintenance"),
}
# Django looks for these two by name when nobody calls the views below.
OWN_TEMPLATES = {404: "404.html", 500: "500.html"}
CSRF_WORDS = ErrorWords(
    "refresh-cw",
    "页面放得太久了",
    "为了您的安全，这次提交没有生效。请返回上一页刷新后再提交。",
    "csrf_failed",
)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be understood."""
    return error_response(request, 400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not allowed."""
    return error_response(request, 403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for a page that does not exist."""
    return error_response(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer when we made a mistake; uses neither the database nor the session."""
    return error_response(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token has expired (settings.CSRF_FAILURE_VIEW)."""
    return error_response(request, 403, CSRF_WORDS)


def error_response(
    request: HttpRequest, status: int, words: ErrorWords | None = None
) -> HttpResponse:
    """Return the page for a status, or the API's error shape below /api/."""
    words = words or WORDS[status]
    if request.path.startswith(API_PREFIX):
        error = {"code": words.code, "sentence": words.sentence, "field": ""}
        return JsonResponse({"error": error}, status=status)
    template = OWN_TEMPLATES.get(status, "web/error.html")
    context = {"words": words, "back": way_back(request), **ui(request)}
    return HttpResponse(render_to_string(template, context), status=status)

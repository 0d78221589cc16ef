"""A refusal looks right wherever it happens."""

from __future__ import annotations

import json

import pytest
from django import forms
from django.http import HttpResponse
from django.test import Client

from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, TooMany
from voluncity.kernel.text import LAST_NUMBER
from voluncity.web import errors
from voluncity.web.forms import refusals_in
from voluncity.web.middleware import RefusalMiddleware, way_back
from voluncity.web.tests.drawing import request_to, words

FULL = Refusal("这个班次刚刚报满，请选别的班次。", code="shift_full", field="shift")


def answer(problem: Exception, path: str = "/signups/3/", **headers: str) -> HttpResponse | None:
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    return middleware.process_exception(request_to(path, **headers), problem)


def test_a_page_tells_what_to_do_and_leads_back() -> None:
    response = answer(FULL, Referer="http://testserver/activities/3/?from=find")
    assert response is not None
    page = response.content.decode()
    assert response.status_code == 409
    assert "这一步没有办成 这个班次刚刚报满，请选别的班次。 返回上一页 回首页" in words(page)
    assert 'href="/activities/3/?from=find"' in page


def test_an_htmx_request_gets_only_the_sentence() -> None:
    response = answer(FULL, HX_Request="true")
    assert response is not None
    assert (response.status_code, response["X-Refusal"]) == (409, "shift_full")
    assert words(response.content.decode()) == "这个班次刚刚报满，请选别的班次。"
    assert 'data-field-name="shift"' in response.content.decode()


def test_the_api_gets_code_sentence_and_field() -> None:
    response = answer(FULL, path="/api/v1/signups")
    assert response is not None
    assert response.status_code == 409
    assert json.loads(response.content) == {
        "error": {
            "code": "shift_full",
            "sentence": "这个班次刚刚报满，请选别的班次。",
            "field": "shift",
        }
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/classes/{}/", "/classes/{}/test/", "/honor/certificates/of/{}/issue/"]
)
def test_a_number_that_no_row_can_have_is_not_found(client: Client, path: str) -> None:
    assert client.get(path.format(LAST_NUMBER)).status_code in {302, 404}
    for beyond in (LAST_NUMBER + 1, 10**40):
        assert client.get(path.format(beyond)).status_code == 404


@pytest.mark.parametrize(
    ("given", "is_refused"),
    [({"pk": 3, "serial": "ZM2026"}, False), ({"pk": 2**63}, True), ({"serial": "ZM\0"}, True)],
)
def test_what_no_database_can_look_for_is_answered_before_it(
    given: dict[str, object], *, is_refused: bool
) -> None:
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    response = middleware.process_view(request_to("/honor/v/ZM/"), None, (), given)
    assert (response is not None and response.status_code == 404) is is_refused


@pytest.mark.parametrize(
    ("refusal", "status", "title"),
    [
        (BadInput("手机号应为 11 位数字，请检查。"), 422, "这一步没有办成"),
        (NotAllowed("只有队长可以签到，请联系队长。"), 403, "您没有这项权限"),
        (NotFound("没有这场活动，请从列表选择。"), 404, "没有找到"),
        (TooMany("操作太频繁，请一分钟后再试。"), 429, "请稍等一会儿"),
    ],
)
def test_each_refusal_has_its_status_and_title(refusal: Refusal, status: int, title: str) -> None:
    response = answer(refusal)
    assert response is not None
    assert response.status_code == status
    assert f"{title} {refusal.sentence}" in words(response.content.decode())


def test_our_own_mistake_is_not_a_refusal() -> None:
    assert answer(ValueError("oops")) is None


def test_an_ordinary_answer_passes_unchanged() -> None:
    response = HttpResponse("ok")
    assert RefusalMiddleware(lambda _request: response)(request_to()) is response


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        ("", "/"),
        ("http://testserver/find/?q=1", "/find/?q=1"),
        ("https://evil.example/find/", "/"),
        ("http://testserver/here/", "/"),
    ],
)
def test_the_way_back_never_leaves_the_site_or_loops(referer: str, expected: str) -> None:
    assert way_back(request_to("/here/", Referer=referer)) == expected


@pytest.mark.parametrize(
    ("field", "place"), [("phone", "phone"), ("other", "__all__"), ("", "__all__")]
)
def test_a_refusal_of_an_action_becomes_an_error_of_the_form(field: str, place: str) -> None:
    class PhoneForm(forms.Form):
        phone = forms.CharField()

    form = PhoneForm({"phone": "13800138000"})
    assert form.is_valid()
    with refusals_in(form):
        raise BadInput("这个手机号已经注册，请直接登录。", field=field)
    assert form.errors == {place: ["这个手机号已经注册，请直接登录。"]}


@pytest.mark.parametrize("status", sorted(errors.WORDS))
def test_each_error_has_a_page_and_an_api_answer(status: int) -> None:
    page = errors.error_response(request_to("/x/"), status)
    api = errors.error_response(request_to("/api/v1/x"), status)
    told = errors.WORDS[status]
    assert (page.status_code, api.status_code) == (status, status)
    assert f"{told.title} {told.sentence} 回首页" in words(page.content.decode())
    assert json.loads(api.content)["error"] == {
        "code": told.code,
        "sentence": told.sentence,
        "field": "",
    }


def test_the_named_error_views_answer_with_their_status() -> None:
    request, problem = request_to("/x/"), Exception()
    answers = [
        errors.handler400(request, problem),
        errors.handler403(request, problem),
        errors.handler404(request, problem),
        errors.handler500(request),
        errors.csrf_failure(request, "no cookie"),
    ]
    assert [one.status_code for one in answers] == [400, 403, 404, 500, 403]
    assert "页面放得太久了" in words(answers[-1].content.decode())


def test_elder_mode_stays_on_error_pages() -> None:
    page = errors.error_response(request_to("/x/", Cookie="elder=1"), 404).content.decode()
    assert '<html lang="zh-CN" class="elder">' in page

"""What the API promises: everything documented, one error shape, bad input answered in words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from pydantic import create_model

from voluncity.city.access import matrix
from voluncity.city.access.marks import PUBLIC, SIGNED_IN
from voluncity.city.access.permissions import Role
from voluncity.city.tokens import sentences
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.reference import operations
from voluncity.city.tokens.shapes import ErrorAnswer, Shape
from voluncity.city.tokens.states import TokenScope
from voluncity.config import api
from voluncity.service.projects.models import Activity, Project
from voluncity.testing.api import Answer, Program, program_of
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_category, make_project, make_shift

# A kept answer would say who cast a ballot, and when.
KEEPS_NOTHING = {"awards_cast_vote"}
LONG = "字" * 10_001
ODD_TEXTS: list[Any] = [5, True, None, [], {}, LONG, "a\0b"]
ODD_NUMBERS: list[Any] = ["5", 5.5, True, None, [], -1, 10**30, "五", "５"]


# -- The document ------------------------------------------------------------------------------


def test_every_operation_is_documented_and_nothing_else() -> None:
    documented = {(path, method) for path, method, _ in operations(api.schema())}
    walked = {
        (re.sub(r"<([^>]+)>", r"{\1}", door.path), method)
        for door in matrix.doors()
        if door.path.startswith("/api/v1/") and door.name not in {"api:openapi", "api:docs"}
        for method in door.methods
    }
    assert documented == walked
    assert len(documented) == 88


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    names = set()
    for path, method, one in operations(api.schema()):
        names.add(one["operationId"])
        assert re.search(r"[\u4e00-\u9fff]", one["summary"]), path
        assert re.search(r"[\u4e00-\u9fff]", one["description"]), path
        assert one["tags"]
        codes = {str(code) for code in one["responses"]}
        wanted = {"400", "401", "404", "422", "429"} | (set() if method == "GET" else {"409"})
        assert wanted <= codes, path
        assert ("403" in codes) == ("security" in one), path
        for code, answer in one["responses"].items():
            content = answer["content"]["application/json"]["schema"]
            is_error = content == {"$ref": "#/components/schemas/ErrorAnswer"}
            assert is_error == str(code).startswith("4"), path
        parameters = [one["name"] for one in one["parameters"]]
        is_kept = method != "GET" and one["operationId"] not in KEEPS_NOTHING
        assert ("Idempotency-Key" in parameters) == is_kept, path
    assert len(names) == 88


def test_every_reference_leads_somewhere() -> None:
    document = api.schema()
    known = set(document["components"]["schemas"])
    used = set(re.findall(r"#/components/schemas/([^']+)'", str(document)))
    assert used - known == set()
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "志愿之城 Voluncity"


def doubles(document_of: NinjaAPI, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the names that shapes or choices of different content have in a document."""
    known: dict[str, Any] = {}
    found: set[str] = set()

    def add(_: OpenAPISchema, definitions: dict[str, Any]) -> None:
        found.update(
            name for name, one in definitions.items() if known.setdefault(name, one) != one
        )

    monkeypatch.setattr(OpenAPISchema, "add_schema_definitions", add)
    document_of.get_openapi_schema(path_prefix="")
    assert known
    return found


def test_no_shape_takes_the_place_of_another_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doubles(api.api, monkeypatch) == set()


def test_two_shapes_of_one_name_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    made = NinjaAPI(urls_namespace="doubles")
    for number, kind in enumerate((int, str)):
        shape = create_model("LineShape", __base__=Shape, amount=(kind, ...))
        made.default_router.add_api_operation(
            f"/{number}", ["GET"], lambda request: None, response=shape
        )
    assert doubles(made, monkeypatch) == {"LineShape"}


def test_input_shapes_refuse_what_they_do_not_know() -> None:
    schemas = api.schema()["components"]["schemas"]
    bodies = {
        one["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for _, _, one in operations(api.schema())
        if "requestBody" in one
    }
    assert {name for name in bodies if schemas[name].get("additionalProperties") is not False} == (
        set()
    )


def test_the_document_is_served() -> None:
    response = Client().get("/api/v1/openapi.json")
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.json()["paths"].keys() == api.schema()["paths"].keys()


@pytest.mark.django_db
def test_the_reference_can_be_read_without_any_other_host_or_script() -> None:
    response = Client().get(reverse("api:docs"))
    page = response.content.decode()
    for path, _, one in operations(api.schema()):
        assert path in page
        assert one["summary"] in page
    assert "Idempotency-Key" in page
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    hosts = set(re.findall(r"(?:src|href)=\"(https?://[^/\"]+)", page))
    assert hosts == set()
    assert "<script>" not in page
    assert "任意" not in page  # every kind of value has a word


def test_an_operation_without_a_fitting_mark_cannot_be_registered() -> None:
    from ninja import Router  # only here is one made by hand

    facts: dict[str, Any] = {"summary": "错", "answer": ErrorAnswer}
    with pytest.raises(ValueError, match="a scope belongs to everything"):
        operation(Router(), "GET", "x", access=SIGNED_IN, **facts)
    with pytest.raises(ValueError, match="a scope belongs to everything"):
        operation(Router(), "GET", "x", access=PUBLIC, scope=TokenScope.VOLUNTEER_READ, **facts)

    def unmarked() -> None: ...

    with pytest.raises(ImproperlyConfigured, match="unmarked is not marked"):
        matrix._access(unmarked)


# -- One error shape ---------------------------------------------------------------------------


def test_an_address_that_does_not_exist_answers_in_our_shape() -> None:
    assert Program().get("nothing").refusal == (404, "not_found", "")
    assert Program().get("").refusal == (404, "not_found", "")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT", "OPTIONS"])
def test_a_wrong_method_answers_in_our_shape(method: str) -> None:
    answer = Program().ask(method, "leaderboard")
    assert answer.refusal == (405, "method_not_allowed", "")
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"phone": NaN', b"phone=1"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    assert Program().ask("POST", "login-codes", body=body).refusal == (400, "bad_request", "")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"text"', b"5", b"true"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    status, code, _ = Program().ask("POST", "login-codes", body=body).refusal
    assert (status, code.partition(".")[0]) == (422, "bad_input")


def test_a_body_beyond_the_limit_is_refused() -> None:
    body = b'{"phone": "' + b"1" * (3 * 1024 * 1024) + b'"}'
    assert Program().ask("POST", "login-codes", body=body).refusal == (413, "too_large", "")


@pytest.mark.django_db
def test_a_mistake_of_ours_answers_in_our_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    from voluncity.honor.leaderboards import queries  # replaced for this test only

    monkeypatch.delattr(queries, "leaderboard")
    assert Program().get("leaderboard").refusal == (500, "server_error", "")


def test_unknown_properties_and_parameters_are_refused_not_overlooked() -> None:
    sent = Program().post("login-codes", {"phone": "13900001111", "admin": True})
    assert sent.refusal == (422, "bad_input.extra_forbidden", "admin")
    asked = Program().get("leaderboard", month="2026-11", limit=5)
    assert asked.refusal == (422, "bad_input.unknown", "limit")


# -- Bad input, operation by operation ---------------------------------------------------------


def body_schemas() -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    document = api.schema()
    schemas = document["components"]["schemas"]
    found = []
    for path, method, one in operations(document):
        if "requestBody" in one:
            reference = one["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            found.append((path, method, schemas[reference.rpartition("/")[2]], schemas))
    return found


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Return the simplest value that a schema lets through."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "allOf" in schema or "anyOf" in schema:
        return example([*schema.get("allOf", []), *schema.get("anyOf", [])][0], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("format") or schema["type"]
    if kind == "object":
        wanted = schema.get("required", [])
        return {name: example(schema["properties"][name], schemas) for name in wanted}
    return {
        "date": "2030-03-05",
        "date-time": "2030-03-05T09:00:00+08:00",
        "string": "x" * schema.get("minLength", 1),
        "integer": max(1, schema.get("minimum", 1)),
        "number": 1.5,
        "boolean": True,
        "array": [example(schema["items"], schemas)] if schema.get("minItems") else [],
    }[kind]


def everybody() -> Program:
    """Return a program of somebody who passes every mark."""
    user = make_volunteer().user
    assert user
    give(user, Role.ORG_ADMIN, make_organization())
    give(user, Role.COUNTY_OFFICE, make_region())
    return program_of(user)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "method", "schema", "schemas"),
    [pytest.param(*one, id=f"{one[1]} {one[0]}") for one in body_schemas()],
)
def test_every_property_of_every_body_refuses_what_it_is_not(
    path: str, method: str, schema: dict[str, Any], schemas: dict[str, Any]
) -> None:
    program = everybody()
    address = re.sub(r"{[^}]+}", "1", path.removeprefix("/api/v1/"))
    right = example(schema, schemas)
    for name, part in schema["properties"].items():
        resolved = schemas[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        is_text = resolved.get("type") == "string" and "format" not in resolved
        is_number = resolved.get("type") == "integer"
        odd = ODD_TEXTS if is_text else ODD_NUMBERS if is_number else [LONG, {"x": 1}]
        odd = [*odd, 5.5] if _is_time(part) else odd
        for value in odd:
            answer = program.ask(method, address, body=right | {name: value})
            _is_refused_at(answer, name)
        if name in schema.get("required", []):
            missing = {key: value for key, value in right.items() if key != name}
            assert program.ask(method, address, body=missing).refusal == (
                422,
                "bad_input.missing",
                name,
            )


def _is_time(part: dict[str, Any]) -> bool:
    return any(one.get("format", "").startswith("date") for one in [part, *part.get("anyOf", [])])


def _is_refused_at(answer: Answer, name: str) -> None:
    status, code, field = answer.refusal
    assert status == 422, answer.body
    assert code.startswith("bad_input"), answer.body
    assert field.split(".")[0] == name, answer.body
    assert "的内容不对，请按文档检查" not in answer.body["error"]["sentence"], answer.body


@pytest.mark.django_db
@pytest.mark.parametrize("pk", ["0", "-1", "abc", "１", "1.5", str(10**30), "%00", "'"])
def test_an_odd_id_in_an_address_is_refused(pk: str) -> None:
    program = everybody()
    for path in (f"activities/{pk}", f"me/signups/{pk}", f"organizer/projects/{pk}"):
        status, _, _ = program.get(path).refusal
        assert status in {404, 422}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page": 0}, "page"),
        ({"page": "eins"}, "page"),
        ({"size": 51}, "size"),
        ({"when": "never"}, "when"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "明天"}, "day"),
        ({"part": "night"}, "part"),
        ({"within_km": 0}, "within_km"),
        ({"lat": "nan", "lng": 1}, "lat"),
        ({"lat": 91, "lng": 1}, "lat"),
        ({"lng": "inf", "lat": 1}, "lng"),
        ({"lat": 37.8}, "lat"),
        ({"free_only": "perhaps"}, "free_only"),
        ({"region_id": 10**15}, "region_id"),
        ({"q": "字" * 101}, "q"),
        ({"q": "a\0"}, "q"),
        ({"sort": "random"}, "sort"),
    ],
)
def test_an_odd_filter_says_which_it_is(query: dict[str, Any], field: str) -> None:
    status, code, at = Program().get("activities", **query).refusal
    assert (status, at) == (422, field)
    assert code.startswith("bad_input")


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["😀", "%_'\"\\", "＜script＞", "   ", "交通' OR 1=1 --"])
def test_odd_words_find_nothing_and_break_nothing(q: str) -> None:
    make_shift()
    assert Program().get("activities", q=q).status == 200


@pytest.mark.django_db
def test_the_same_filters_find_the_same_as_the_page() -> None:
    first = make_activity("汾河护河", project=make_project(category=make_category("river", "护河")))
    make_shift(activity=first)
    make_shift()
    found = Program().get("activities", category_id=first.project.category_id).body
    assert [one["id"] for one in found["items"]] == [first.pk]
    assert (found["page"], found["pages"], found["total"]) == (1, 1, 1)
    assert Program().get("activities", page=9).body["items"] == []
    page = Client().get("/find/", {"category": first.project.category_id}).content.decode()
    assert "汾河护河" in page


@pytest.mark.django_db
def test_other_organizations_ids_are_not_there_and_nothing_is_half_written() -> None:
    admin, foreign = make_user(), make_activity()
    give(admin, Role.ORG_ADMIN, make_organization())
    program = program_of(admin)
    plan = {
        "name": "河道清洁",
        "category_id": make_category().pk,
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-31",
        "organization_id": foreign.project.organization_id,
    }
    assert program.post("organizer/projects", plan).refusal == (404, "not_found", "")
    cancel = f"organizer/activities/{foreign.pk}/cancel"
    assert program.post(cancel, {"reason": "大风"}).refusal == (404, "not_found", "")
    records = program.post("organizer/hours/confirm", {"record_ids": [1]})
    assert records.refusal == (404, "not_found", "")
    assert (Project.objects.count(), Activity.objects.get().state) == (1, "open")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "河道😀清洁"}, "name"),
        ({"name": "  "}, "name"),
        ({"ends_on": "2026-11-01"}, "ends_on"),
        ({"category_id": 10**9}, "category"),
        ({"session_minutes": 0}, "session_minutes"),
        ({"volunteers_wanted": 1_000_000}, "volunteers_wanted"),
        ({"min_age": 70, "max_age": 60}, "max_age"),
        ({"skill_ids": [10**9]}, "skills"),
    ],
)
def test_a_plan_that_breaks_a_rule_says_where(changes: dict[str, Any], field: str) -> None:
    admin, team = make_user(), make_organization()
    give(admin, Role.ORG_ADMIN, team)
    plan = {
        "name": "河道清洁",
        "category_id": make_category().pk,
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-31",
        "organization_id": team.pk,
    } | changes
    status, _, at = program_of(admin).post("organizer/projects", plan).refusal
    assert (status, at) == (422, field)
    assert not Project.objects.exists()


def test_every_code_of_pydantic_that_can_occur_has_a_sentence() -> None:
    refusal = sentences.bad_input([{"type": "date_parsing", "loc": ("body", "asked", "day")}])
    assert (refusal.sentence, refusal.field) == ("“day”应为日期，例如 2026-03-05。", "day")
    unknown = sentences.bad_input([{"type": "never_heard_of", "loc": ("body", "asked")}])
    assert (unknown.sentence, unknown.field) == (
        "“请求内容”的内容不对，请按文档检查后再提交。",
        "",
    )

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.publicity import actions
from voluncity.city.publicity.models import CalendarDay, Notice, Objection
from voluncity.kernel.clock import local_date
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_county, make_region, make_user
from voluncity.testing.make_publicity import make_notice
from voluncity.testing.pages import markup

pytestmark = pytest.mark.django_db

WORDS = "这支队伍的队长不是登记的那个人。"


def _office(name: str = "赵敏", role: Role = Role.COUNTY_OFFICE) -> User:
    user = make_user(name)
    county = make_region().parent
    assert county is not None
    assert county.parent is not None
    give(user, role, county.parent)
    return user


def _running(**options: object) -> Notice:
    return make_notice(at=now(), **options)  # type: ignore[arg-type]


def _objected(notice: Notice, by: User | None = None) -> Objection:
    return actions.object_to(notice_id=notice.pk, text=WORDS, by=by or make_user("李强"), at=now())


def test_everybody_reads_the_list_and_a_notice(client: Client) -> None:
    notice = _running()
    page = markup(client.get("/publicity/"))
    assert notice.title in page
    assert "公示中" in page
    page = markup(client.get(f"/publicity/{notice.pk}/"))
    assert "（3 个工作日）" in page
    assert "还没有人提出异议。" in page
    assert "我有异议" in page


def test_the_public_page_gives_numbers_and_no_words_or_names(client: Client) -> None:
    notice = _running()
    _objected(notice)
    page = markup(client.get(f"/publicity/{notice.pk}/"))
    assert "共收到 1 条异议：1 条待答复，0 条不成立，0 条成立。" in page
    assert WORDS not in page
    assert "李强" not in page


def test_a_notice_that_is_over_takes_no_objections(client: Client) -> None:
    over = make_notice(at=now() - timedelta(days=30))
    assert "我有异议" not in markup(client.get(f"/publicity/{over.pk}/"))
    client.force_login(make_user())
    response = client.post(f"/publicity/{over.pk}/object/", {"text": WORDS})
    assert response.status_code == 422
    assert "公示已经结束" in markup(response)


@pytest.mark.parametrize("url", ["/publicity/0/", "/publicity/999999999999/"])
def test_what_never_was_is_not_found(client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


def test_a_number_beyond_the_database_is_not_an_error_of_ours(client: Client) -> None:
    assert client.get(f"/publicity/{'9' * 40}/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    response = client.get(f"/publicity/{_running().pk}/object/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_a_person_objects_and_sees_the_answer(client: Client) -> None:
    notice, person = _running(), make_user("李强")
    client.force_login(person)
    assert "提交异议" in markup(client.get(f"/publicity/{notice.pk}/object/"))
    response = client.post(f"/publicity/{notice.pk}/object/", {"text": WORDS}, follow=True)
    assert "异议已收到，答复后会通知您。" in markup(response)
    assert WORDS in markup(response)
    actions.answer(
        objection_id=Objection.objects.get().pk,
        is_upheld=False,
        text="经核实，登记无误。",
        by=make_user("赵敏"),
        at=now(),
    )
    assert "经核实，登记无误。" in markup(client.get(f"/publicity/{notice.pk}/"))


@pytest.mark.parametrize("text", ["", "短", "字" * 1001, "\x00\x00\x00\x00\x00\x00"])
def test_a_bad_objection_is_refused_at_the_field_and_kept_there(client: Client, text: str) -> None:
    notice = _running()
    client.force_login(make_user())
    response = client.post(f"/publicity/{notice.pk}/object/", {"text": text})
    assert response.status_code == 422
    assert 'id="id_text_error"' in markup(response)
    assert Objection.objects.count() == 0


def test_a_second_press_says_that_the_first_is_being_handled(client: Client) -> None:
    notice = _running()
    client.force_login(make_user())
    codes = [
        client.post(f"/publicity/{notice.pk}/object/", {"text": WORDS}).status_code
        for _ in range(2)
    ]
    assert codes == [302, 422]
    assert Objection.objects.count() == 1


def test_the_office_answers(client: Client) -> None:
    objection = _objected(_running())
    client.force_login(_office())
    page = markup(client.get(f"/publicity/desk/{objection.notice_id}/"))
    assert WORDS in page
    assert "李强" in page
    response = client.post(
        f"/publicity/desk/objections/{objection.pk}/answer/",
        {"verdict": "uphold", "answer": "情况属实。"},
        follow=True,
    )
    assert "情况属实。" in markup(response)
    objection.refresh_from_db()
    assert objection.state == "upheld"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "请选择异议是否成立。"),
        ({"verdict": "maybe", "answer": "好"}, "maybe"),
        ({"verdict": "uphold", "answer": ""}, "请写明答复内容"),
        ({"verdict": "uphold", "answer": "字" * 1001}, "1000"),
    ],
)
def test_a_bad_answer_is_refused_at_the_field(
    client: Client, sent: dict[str, str], sentence: str
) -> None:
    objection = _objected(_running())
    client.force_login(_office())
    response = client.post(f"/publicity/desk/objections/{objection.pk}/answer/", sent)
    assert response.status_code == 422
    assert sentence in markup(response)
    objection.refresh_from_db()
    assert objection.state == "open"


def test_another_county_finds_nothing_and_it_is_journaled(client: Client) -> None:
    objection = _objected(_running())
    stranger = make_user("外县")
    give(stranger, Role.COUNTY_OFFICE, make_county())
    client.force_login(stranger)
    answers = [
        client.get(f"/publicity/desk/{objection.notice_id}/").status_code,
        client.post(
            f"/publicity/desk/objections/{objection.pk}/answer/",
            {"verdict": "uphold", "answer": "好"},
        ).status_code,
    ]
    assert answers == [404, 404]
    denied = Entry.objects.filter(verb="access.denied", actor=stranger).order_by("pk")
    assert [entry.subject_type for entry in denied] == ["notice", "objection"]
    assert _running().title not in markup(client.get("/publicity/desk/"))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COMMUNITY_WORKER])
def test_other_roles_may_not_manage_notices(client: Client, role: Role) -> None:
    client.force_login(_office("督查员", role))
    urls = ["/publicity/desk/", "/publicity/desk/calendar/"]
    assert [client.get(url).status_code for url in urls] == [403, 403]


def test_the_decider_may_not_answer(client: Client) -> None:
    decider = _office()
    objection = _objected(_running(by=decider))
    client.force_login(decider)
    response = client.post(
        f"/publicity/desk/objections/{objection.pk}/answer/",
        {"verdict": "dismiss", "answer": "我看没问题。"},
    )
    assert response.status_code == 422
    assert "这项决定是您作出的" in markup(response)


@pytest.mark.parametrize("url", ["/publicity/", "/publicity/desk/"])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, url: str
) -> None:
    client.force_login(_office())
    _objected(_running())
    counts = []
    for more in (29, 0):
        with django_assert_max_num_queries(40) as captured:
            assert client.get(url).status_code == 200
        counts.append(len(captured))
        for _ in range(more):
            _objected(_running())
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ["?page=x", "?page=-1", "?page=99999", "?state=%00", "?kind=🎉"])
def test_nonsense_in_the_address_shows_a_list(client: Client, query: str) -> None:
    assert client.get(f"/publicity/{query}").status_code == 200


# -- The calendar ------------------------------------------------------------------------------


def _city_office() -> User:
    user = make_user("文明办")
    city = make_county().parent
    assert city is not None
    give(user, Role.CITY_OFFICE, city)
    return user


def test_the_office_enters_changes_and_removes_a_day(client: Client) -> None:
    client.force_login(_city_office())
    day = {"day": "２０２７-１０-０１", "is_workday": "0", "name": "国庆节"}
    response = client.post("/publicity/desk/calendar/", day, follow=True)
    assert "国庆节" in markup(response)
    assert "10月1日" in markup(response)
    client.post("/publicity/desk/calendar/", day | {"name": "国庆节、中秋节"})
    assert [str(row) for row in CalendarDay.objects.all()] == ["2027-10-01 国庆节、中秋节"]
    response = client.post("/publicity/desk/calendar/2027-10-01/remove/", follow=True)
    assert "已删除 2027-10-01" in markup(response)
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"day": "", "is_workday": "0", "name": "节"}, "请选择日期。"),
        (
            {"day": "2027-02-30", "is_workday": "0", "name": "节"},
            "请按“2026-10-01”的样子填写日期。",
        ),
        (
            {"day": "1999-10-01", "is_workday": "0", "name": "节"},
            "日期应在 2020 年到 2099 年之间。",
        ),
        ({"day": "2027-10-01", "is_workday": "2", "name": "节"}, "请选择放假还是上班。"),
        ({"day": "2027-10-01", "is_workday": "1", "name": "节"}, "本来就上班"),
        ({"day": "2027-10-01", "is_workday": "0", "name": ""}, "请填写名称"),
        ({"day": "2027-10-01", "is_workday": "0", "name": "长" * 41}, "40"),
        ({}, "请选择日期。"),
    ],
)
def test_a_bad_day_is_refused_at_the_field(
    client: Client, sent: dict[str, str], sentence: str
) -> None:
    client.force_login(_city_office())
    response = client.post("/publicity/desk/calendar/", sent)
    assert response.status_code == 422
    assert sentence in markup(response)
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize("day", ["2027-10-01", "2027-13-01", "x", "🎉"])
def test_removing_what_is_not_there_is_a_plain_sentence(client: Client, day: str) -> None:
    client.force_login(_city_office())
    assert client.post(f"/publicity/desk/calendar/{day}/remove/").status_code in {404, 409}


def test_a_year_without_data_is_warned_about(client: Client) -> None:
    client.force_login(_city_office())
    this_year = local_date(now()).year
    assert f"{this_year}年" in markup(client.get("/publicity/desk/calendar/"))
    assert "还没有登记这一年的放假和调休安排" in markup(client.get("/publicity/desk/calendar/"))
    for year in (this_year, this_year + 1):
        CalendarDay.objects.create(day=date(year, 10, 10), is_workday=True, name="国庆节调休上班")
    assert "还没有登记这一年的放假和调休安排" not in markup(client.get("/publicity/desk/calendar/"))


@pytest.mark.parametrize("year", ["abc", "0", "99999", "-1", "２０２７", "2" * 400, ""])
def test_nonsense_for_a_year_shows_this_year(client: Client, year: str) -> None:
    client.force_login(_city_office())
    page = markup(client.get("/publicity/desk/calendar/", {"year": year}))
    assert f'action="?year={local_date(now()).year}"' in page

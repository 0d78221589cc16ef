"""The security administrator makes, stops and recovers accounts of staff; never the own one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries
from voluncity.city.people.models import User
from voluncity.city.people.states import StopReason
from voluncity.city.regions.models import Region
from voluncity.kernel import totp
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.clock import stopped_at
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_county, make_phone, make_region, make_user
from voluncity.testing.pages import as_
from voluncity.testing.rivals import rival_before

PASSWORD = "晋祠-三晋名泉-2026"

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Region:
    return make_region(code="140106001001")


@pytest.fixture
def admin(home: Region) -> User:
    user = make_user("许安")
    give(user, Role.SECURITY_ADMIN, Region.objects.get(code="140100000000"))
    return user


@pytest.fixture
def worker(home: Region) -> User:
    user = actions.create_account(handle="ma-li", display_name="马丽", password=PASSWORD, at=NOON)
    give(user, Role.COMMUNITY_WORKER, home)
    return user


def link_in(words: str) -> str:
    found = re.search(r"/login/start/[^\"<\s]+", words)
    assert found, words
    return found[0]


# -- Making an account ---------------------------------------------------------------------------


def asked_for(home: Region, **change: object) -> dict[str, object]:
    said = {
        "handle": "yz-wangfang",
        "display_name": "王芳",
        "phone": "",
        "role": Role.COMMUNITY_WORKER,
        "region": home.pk,
        "organization": "",
    }
    return said | change


def test_a_new_account_has_a_role_and_no_password(admin: User, home: Region) -> None:
    page = as_(admin).post("/desk/accounts/new/", asked_for(home), follow=True)
    assert "请生成首次登录链接" in page.content.decode()
    made = User.objects.get(handle="yz-wangfang")
    assert (made.display_name, made.has_usable_password()) == ("王芳", False)
    assert list(made.grants.values_list("role", "region", "given_by")) == [
        (Role.COMMUNITY_WORKER, home.pk, admin.pk)
    ]
    assert Entry.objects.get(verb="people.create_account").actor == admin


def test_staff_of_an_organization_get_their_own_accounts(admin: User, home: Region) -> None:
    team = make_organization("汾河护河队", region=home)
    asked = asked_for(home, role=Role.TEAM_LEADER, region="", organization=team.pk)
    assert as_(admin).post("/desk/accounts/new/", asked).status_code == 302
    assert Grant.objects.get(user__handle="yz-wangfang").organization == team


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"handle": ""}, "请填写账号。"),
        ({"handle": "张伟"}, "账号只能是字母、数字和减号"),
        ({"handle": "x" * 60}, "账号最多 20 个字"),
        ({"handle": "ma-li"}, "这个账号名已经有人用了"),
        ({"display_name": "😀😀"}, "姓名只能是汉字"),
        ({"phone": "123"}, "手机号应为 11 位数字"),
        ({"phone": "13900000077"}, "已经是另一个账号的登录手机号"),
        ({"role": ""}, "请选择角色。"),
        ({"role": "emperor"}, "没有这个选项"),
        ({"region": ""}, "需要选择一个行政区划"),
        ({"region": "999999"}, "没有这个选项"),
        ({"role": Role.ORG_ADMIN}, "需要选择一个组织"),
    ],
)
def test_bad_answers_make_neither_account_nor_role(
    admin: User, worker: User, home: Region, change: dict[str, object], sentence: str
) -> None:
    make_user("李强", "13900000077")
    before = (User.objects.count(), Grant.objects.count())
    page = as_(admin).post("/desk/accounts/new/", asked_for(home, **change))
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert (User.objects.count(), Grant.objects.count()) == before


# -- The first password --------------------------------------------------------------------------


def test_the_link_lets_somebody_set_an_own_password_once(admin: User, worker: User) -> None:
    page = as_(admin).post(f"/desk/accounts/{worker.pk}/link/")
    link, browser = link_in(page.content.decode()), Client()
    assert "马丽" in browser.get(link).content.decode()
    asked = {"password": "晋阳-汾河晚渡-2027", "again": "晋阳-汾河晚渡-2027"}
    assert browser.post(link, asked).headers["Location"] == "/login/?way=password"
    again = browser.post(link, asked)
    assert (again.status_code, "这个链接已经用过" in again.content.decode()) == (422, True)
    name = {"way": "password", "name": "ma-li", "password": "晋阳-汾河晚渡-2027"}
    assert Client().post("/login/", name).status_code == 302


def test_the_link_ends_the_old_password_and_older_links(admin: User, worker: User) -> None:
    first = actions.give_start_link(user=worker, by=admin, at=NOON)
    second = actions.give_start_link(user=worker, by=admin, at=NOON)
    with pytest.raises(BadInput):
        queries.start_user(first, at=NOON)
    assert queries.start_user(second, at=NOON) == worker
    worker.refresh_from_db()
    assert not worker.check_password(PASSWORD)


def test_the_link_lives_a_day(admin: User, worker: User) -> None:
    token = actions.give_start_link(user=worker, by=admin, at=NOON)
    day = timedelta(hours=24)
    assert queries.start_user(token, at=NOON + day - timedelta(seconds=1)) == worker
    with pytest.raises(BadInput):
        queries.start_user(token, at=NOON + day)


@pytest.mark.parametrize("token", ["x", "1:2:3.abc", "%F0%9F%98%80", "a" * 500])
def test_a_made_up_link_opens_nothing(token: str) -> None:
    assert Client().get(f"/login/start/{token}/").status_code in {404, 422}


def test_of_two_who_use_one_link_at_once_one_sets_the_password(admin: User, worker: User) -> None:
    token = actions.give_start_link(user=worker, by=admin, at=NOON)

    def use(password: str) -> None:
        actions.set_first_password(token=token, password=password, at=NOON)

    with (
        rival_before("SAVEPOINT", lambda: use("晋阳-汾河晚渡-2027")),
        pytest.raises(WrongState, match="刚刚已经改过"),
    ):
        use("晋祠-难老泉声-2028")
    worker.refresh_from_db()
    assert worker.check_password("晋阳-汾河晚渡-2027")


# -- Stopping, letting in again ------------------------------------------------------------------


def test_a_stopped_account_is_out_at_once_and_comes_back(admin: User, worker: User) -> None:
    theirs, mine = as_(worker), as_(admin)
    page = f"/desk/accounts/{worker.pk}/"
    assert mine.post(f"{page}stop/", {"reason": StopReason.LEFT}).status_code == 302
    assert theirs.get("/desk/").status_code == 302
    name = {"way": "password", "name": "ma-li", "password": PASSWORD}
    assert Client().post("/login/", name).status_code == 422
    assert "已停用" in mine.get(page).content.decode()
    assert mine.post(f"{page}stop/", {"reason": StopReason.LEFT}).status_code == 422
    assert mine.post(f"{page}link/").status_code == 409
    assert mine.post(f"{page}reopen/").status_code == 302
    assert mine.post(f"{page}reopen/").status_code == 409
    assert Client().post("/login/", name).status_code == 302
    verbs = Entry.objects.filter(actor=admin).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["people.end_sessions", "people.stop_account", "people.reopen_account"]


@pytest.mark.parametrize("reason", ["", "because", "😀"])
def test_an_account_is_stopped_for_a_reason_from_the_list(
    admin: User, worker: User, reason: str
) -> None:
    page = as_(admin).post(f"/desk/accounts/{worker.pk}/stop/", {"reason": reason})
    assert page.status_code == 422
    worker.refresh_from_db()
    assert worker.is_active


def test_a_lost_second_factor_is_ended_by_somebody_else(admin: User, worker: User) -> None:
    secret = actions.start_second_factor(user=worker, at=NOON)
    code = totp.code_at(secret, totp.step_of(NOON.timestamp()))
    codes = actions.confirm_second_factor(user=worker, code=code, at=NOON)
    theirs, mine = as_(worker), as_(admin)
    assert mine.post(f"/desk/accounts/{worker.pk}/end-second/").status_code == 302
    assert not queries.has_second_factor(worker)
    assert theirs.get("/desk/").status_code == 302
    with pytest.raises(BadInput):
        actions.log_in_with_second(user=worker, code=codes[0], way="password", at=NOON)
    assert mine.post(f"/desk/accounts/{worker.pk}/end-second/").status_code == 409


@pytest.mark.parametrize("verb", ["link", "stop", "end-second", "end-sessions", "reopen"])
def test_nobody_does_anything_for_the_own_account(admin: User, verb: str) -> None:
    browser = as_(admin)
    page = browser.post(f"/desk/accounts/{admin.pk}/{verb}/", {"reason": StopReason.LEFT})
    assert "请由另一位安全管理员办理" in page.content.decode()
    assert page.status_code in {403, 422}
    assert "这是您自己的账号" in browser.get(f"/desk/accounts/{admin.pk}/").content.decode()


def test_the_saboteur_that_allows_the_own_account_would_be_seen(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voluncity.city.people.actions.staff._refuse_own", lambda *_: None)
    actions.stop_account(user=admin, reason=StopReason.LEFT, by=admin, at=NOON)
    monkeypatch.undo()
    with pytest.raises(NotAllowed):
        actions.reopen_account(user=admin, by=admin, at=NOON)


def test_an_unknown_step_is_no_step(admin: User, worker: User) -> None:
    assert as_(admin).post(f"/desk/accounts/{worker.pk}/rename/").status_code == 404


# -- The list ------------------------------------------------------------------------------------


def test_the_list_shows_the_staff_of_the_own_area(home: Region) -> None:
    county = Region.objects.get(code="140106000000")
    admin, near, far = make_user("许安"), make_user("马丽"), make_user("高建平")
    give(admin, Role.SECURITY_ADMIN, county)
    give(near, Role.COMMUNITY_WORKER, home)
    give(far, Role.COMMUNITY_WORKER, make_county())
    make_user("路人")
    words = as_(admin).get("/desk/accounts/").content.decode()
    assert [name in words for name in ("马丽", "许安", "高建平", "路人")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert as_(admin).get(f"/desk/accounts/{far.pk}/").status_code == 404
    assert as_(admin).post(f"/desk/accounts/{far.pk}/link/").status_code == 404


def test_an_account_without_a_role_any_more_stays_on_the_list(admin: User, worker: User) -> None:
    Grant.objects.filter(user=worker).update(revoked_at=NOON, revoked_by=admin)
    words = as_(admin).get("/desk/accounts/?state=left").content.decode()
    assert ("马丽" in words, "没有角色" in words, "共 1 个账号" in words) == (True, True, True)


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=马", 1), ("q=MA-LI", 1), ("q=100%25", 0), ("state=plain", 2), ("state=stopped", 0),
     ("state=open", 2), ("q=😀", 0)],
)  # fmt: skip
def test_the_filters_stand_in_the_address(
    admin: User, worker: User, query: str, count: int
) -> None:
    words = as_(admin).get(f"/desk/accounts/?{query}").content.decode()
    assert f"共 {count} 个账号" in words


def test_a_filter_that_cannot_be_understood_is_named(admin: User) -> None:
    assert as_(admin).get("/desk/accounts/?state=nonsense").status_code == 422


def test_the_list_asks_the_same_for_one_account_and_for_thirty(admin: User, home: Region) -> None:
    browser = as_(admin)
    give(make_user("马丽"), Role.COMMUNITY_WORKER, home)
    asked = queries_for(browser, "/desk/accounts/")
    for _ in range(29):
        give(make_user("马丽", make_phone()), Role.COMMUNITY_WORKER, home)
    assert queries_for(browser, "/desk/accounts/") == asked


def test_last_logins_are_shown(admin: User, worker: User) -> None:
    browser = as_(admin)
    assert "还没有" in browser.get("/desk/accounts/?q=ma-li").content.decode()
    with stopped_at(NOON):
        Client().post("/login/", {"way": "password", "name": "ma-li", "password": PASSWORD})
    assert "还没有" not in browser.get("/desk/accounts/?q=ma-li").content.decode()

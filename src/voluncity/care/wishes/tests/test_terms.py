"""What time does; who leaves; merges, teams, and who looked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from voluncity.care.wishes import actions, merging, queries
from voluncity.care.wishes.models import Claim, Wish
from voluncity.care.wishes.states import ClaimState, WishState
from voluncity.care.wishes.tests.helping import fresh
from voluncity.city.access.permissions import Role
from voluncity.city.access.scopes import Scope
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.city.privacy.queries.looks import looks_at
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.merging import Pair
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_wishes import (
    make_completed_wish,
    make_done_wish,
    make_open_wish,
    make_posted_wish,
    make_wish_claim,
)
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db
S = WishState


def test_an_overdue_claim_is_reminded_then_given_back(volunteer: Volunteer, wisher: User) -> None:
    wish = make_open_wish(wisher, wanted_on=local_date(NOON) + timedelta(days=11))
    make_wish_claim(wish, volunteer)
    actions.keep_terms(at=NOON + timedelta(days=6))
    actions.keep_terms(at=NOON + timedelta(days=10))
    assert fresh(wish).state == S.CLAIMED
    actions.keep_terms(at=NOON + timedelta(days=11))
    ended = Wish.objects.get(pk=wish.pk)
    assert (ended.state, wish.claims.get().state) == (S.OPEN, ClaimState.LAPSED)
    actions.keep_terms(at=NOON + timedelta(days=12))
    assert fresh(wish).state == S.EXPIRED
    catch_up(at=NOON)
    heard = Message.objects.filter(user=volunteer.user).order_by("pk")
    assert [one.title for one in heard] == ["您认领的心愿快到日期了", "您认领的心愿已放回"]


def test_a_late_review_is_heard_by_the_office_once(home: Region, desk: User) -> None:
    wish = make_posted_wish(region=home, wanted_on=local_date(NOON) + timedelta(days=50))
    for _ in range(2):
        actions.keep_terms(at=NOON + timedelta(days=9))
    catch_up(at=NOON)
    titles = [one.title for one in Message.objects.filter(user=desk).order_by("pk")]
    assert titles == ["有新的微心愿要审核", "微心愿超过审核期限"]
    assert fresh(wish).nudged_at is not None


def test_the_office_is_asked_when_the_wisher_is_silent(
    volunteer: Volunteer, home: Region, desk: User
) -> None:
    wish = make_done_wish(volunteer, region=home)
    actions.keep_terms(at=NOON + timedelta(days=6))
    assert not queries.waiting(Scope(regions=(home.path,)), "confirm").exists()
    actions.keep_terms(at=NOON + timedelta(days=8))
    assert queries.waiting(Scope(regions=(home.path,)), "confirm").get() == wish
    assert "微心愿待代为确认" in markup(as_(desk).get("/desk/"))


def test_a_pile_waits_since_what_happened_and_not_since_the_wish(
    volunteer: Volunteer, home: Region
) -> None:
    days = [NOON + timedelta(days=number) for number in range(12)]
    asked = make_done_wish(volunteer, region=home)
    noted = make_completed_wish(volunteer, region=home)
    actions.keep_terms(at=days[8])
    actions.ask_reversal(wish=noted, words="没有去过", by=make_user("干部甲"), at=days[9])
    for number in (10, 11):
        actions.complain(wish=noted, reason="false", words="", by=make_user(), at=days[number])
    scope = Scope(regions=(home.path,))
    piles = {
        task: list(queries.waiting(scope, task).values_list("pk", "waits_since"))
        for task in ("review", "confirm", "complaint", "reversal")
    }
    assert piles == {
        "review": [], "confirm": [(asked.pk, days[8])], "complaint": [(noted.pk, days[10])],
        "reversal": [(noted.pk, days[9])],
    }  # fmt: skip


def test_addresses_are_forgotten_some_time_after_the_end(volunteer: Volunteer) -> None:
    wish, going_on = (
        make_completed_wish(volunteer),
        make_open_wish(wanted_on=local_date(NOON) + timedelta(days=60)),
    )
    actions.keep_terms(at=NOON + timedelta(days=29))
    assert fresh(wish).phone_cipher
    actions.keep_terms(at=NOON + timedelta(days=31))
    ended = fresh(wish)
    assert (ended.name_cipher, ended.phone_cipher, ended.address_cipher) == ("", "", "")
    assert fresh(going_on).phone_cipher


def test_who_leaves_withdraws_wishes_and_gives_claims_back(volunteer: Volunteer) -> None:
    own, held = make_open_wish(user_of(volunteer)), make_open_wish()
    make_wish_claim(held, volunteer)
    actions.leave(user_id=volunteer.user_id, volunteer_ids=[volunteer.pk], at=NOON)
    assert (fresh(own).state, fresh(own).phone_cipher, fresh(held).state) == (
        S.WITHDRAWN, "", S.OPEN,
    )  # fmt: skip
    assert queries.faults() == []


def test_a_look_of_the_claimant_stands_in_the_privacy_center(volunteer: Volunteer) -> None:
    wang = make_volunteer("王芳")
    wish = make_open_wish(user_of(wang))
    make_wish_claim(wish, volunteer)
    actions.see_contact(wish=fresh(wish), by=user_of(volunteer), at=NOON)
    [look] = looks_at(wang)
    assert (look.what, look.who) == ("查看您心愿里的联系方式", "认领您心愿的志愿者")


def test_a_live_claim_holds_a_merge_up(volunteer: Volunteer) -> None:
    make_wish_claim(make_open_wish(), volunteer)
    pair = Pair(volunteer.pk, make_volunteer().pk, make_user().pk, NOON)
    assert [one.sentence for one in merging.PART.hindrances(pair)] == [
        "有 1 个认领的微心愿还没有完成，请先完成或放回。"
    ]


def test_a_leader_claims_for_the_team_which_then_does_not_end_before(home: Region) -> None:
    team, leader = make_organization(region=home), make_volunteer("队长")
    give(user_of(leader), Role.TEAM_LEADER, team)
    wish = make_open_wish(at=now())
    day = (local_date(now()) + timedelta(days=3)).isoformat()
    as_(user_of(leader)).post(
        f"/wishes/{wish.pk}/claim/", {"promised_on": day, "organization": team.pk}
    )
    assert Claim.objects.get().organization == team
    [work] = queries.open_work(organization_id=team.pk, at=NOON)
    assert work.sentence == "以组织名义认领的 1 个微心愿没有完成或放回"
    other = make_open_wish(at=now())
    foreign = {"promised_on": day, "organization": make_organization("别的队").pk}
    page = f"/wishes/{other.pk}/claim/"
    assert as_(user_of(leader)).post(page, foreign).status_code == 422

"""Stars of organizations: counted, adjusted with a reason, shown, certified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.city.regions import queries as regions
from voluncity.honor.ratings import actions, queries
from voluncity.honor.ratings.actions import BatchPlan
from voluncity.honor.ratings.models import Batch, Proposal, Rating, RatingStandard
from voluncity.honor.ratings.rules import MEASURES, Rung, reached
from voluncity.honor.ratings.states import BatchState
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.service.training.models import Course, TrainingRecord
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_orgs import FOUNDED, give, make_member, make_organization
from voluncity.testing.make_people import make_county, make_user, make_volunteer
from voluncity.testing.pages import markup
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
YEAR = 2026


def _least(**asked: int) -> dict[str, int]:
    return {measure.key: 0 for measure in MEASURES} | asked


LADDER = [
    Rung(1, _least(members=1)),
    Rung(2, _least(members=2)),
    Rung(3, _least(members=2, minutes=120)),
    Rung(4, _least(members=3, minutes=120, activities=1, projects=1)),
    Rung(5, _least(members=9, minutes=9_000, activities=9, projects=3, trained=9)),
]


@pytest.fixture
def office() -> User:
    """Return the city office, with a ladder that small organizations can climb."""
    user = make_user("文明办")
    make_county()
    give(user, Role.CITY_OFFICE, regions.city())
    actions.set_ladder(
        rungs=LADDER, valid_from=AT.date() - timedelta(days=0), basis="", by=user, at=AT
    )
    return user


@pytest.fixture
def team(office: User) -> Organization:
    """Return a team of two, one of whom also belongs to its squad, with two posted hours."""
    team = make_organization("护河队")
    squad = make_organization("护河分队", parent=team, kind=Kind.INTERNAL)
    both, one = make_volunteer("王芳"), make_volunteer("李强")
    for volunteer, organization in ((both, team), (both, squad), (one, squad)):
        make_member(volunteer, organization)
    make_posted(make_past_shift(squad), both)
    return team


def _start(office: User, **said: Any) -> Batch:
    usual: dict[str, Any] = {"year": YEAR, "region_id": regions.city().pk, "kinds": ("filed",)}
    batch = actions.start_batch(plan=BatchPlan(**usual | said), by=office, at=AT)
    actions.count_batch(batch_id=batch.pk, clock=lambda: AT)
    batch.refresh_from_db()
    return batch


def _figures(organizations: list[Organization], year: int) -> dict[int, dict[str, int]]:
    counted: queries.Part = {}
    for part in queries.parts(organizations, year):
        counted |= part
    return queries.put_together(organizations, counted)


# -- Counting ----------------------------------------------------------------------------------


def test_the_figures_of_a_team_hold_its_squads_and_count_a_person_once(
    team: Organization,
) -> None:
    course = Course.objects.create(key="aid", name="急救", content="急救")
    TrainingRecord.objects.create(
        course=course, volunteer=make_volunteer(), organization=team, minutes=60,
        passed_on=AT.date(), recorded_at=AT,
    )  # fmt: skip
    counted = _figures([team], YEAR)[team.pk]
    assert counted == {
        "members": 2, "minutes": 120, "projects": 1, "activities": 1, "trained": 1,
    }  # fmt: skip
    assert _figures([team], YEAR - 1)[team.pk] == {
        "members": 2, "minutes": 0, "projects": 0, "activities": 0, "trained": 0,
    }  # fmt: skip


def test_who_left_before_the_years_end_is_no_member_of_it(team: Organization) -> None:
    team.memberships.update(left_at=FOUNDED + timedelta(days=1))
    Organization.objects.get(name="护河分队").memberships.update(
        left_at=datetime(2027, 2, 1, tzinfo=UTC)
    )
    assert _figures([team], YEAR)[team.pk]["members"] == 2
    assert _figures([team], YEAR + 1)[team.pk]["members"] == 0


def test_thirty_organizations_ask_no_more_than_one(team: Organization) -> None:
    counts = []
    for organizations in ([team], [team, *(make_organization() for _ in range(29))]):
        with CaptureQueriesContext(connection) as asked:
            _figures(organizations, YEAR)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("figures", "stars"),
    [
        (_least(), 0),
        (_least(members=1), 1),
        (_least(members=2, minutes=119), 2),
        (_least(members=2, minutes=120), 3),
        (_least(members=3, minutes=120, activities=1), 3),
        (_least(members=3, minutes=120, activities=1, projects=1), 4),
        (_least(members=99, minutes=99_999, activities=99, projects=99, trained=99), 5),
        (_least(minutes=99_999, activities=99, projects=99, trained=99), 0),
    ],
)
def test_every_number_of_a_star_and_of_all_below_it_must_be_reached(
    figures: dict[str, int], stars: int
) -> None:
    assert reached(LADDER, figures) == stars


# -- The ladder --------------------------------------------------------------------------------


def test_a_higher_star_never_asks_less(office: User) -> None:
    wrong = [*LADDER[:4], Rung(5, _least(members=1, minutes=120, activities=1, projects=1))]
    with pytest.raises(BadInput, match="五星级的“成员”不能低于四星级") as refused:
        actions.set_ladder(rungs=wrong, valid_from=AT.date(), basis="", by=office, at=AT)
    assert refused.value.field == "members_5"


def test_a_ladder_never_begins_in_the_past(office: User) -> None:
    yesterday = AT.date() - timedelta(days=1)
    with pytest.raises(BadInput, match="不能早于今天"):
        actions.set_ladder(rungs=LADDER, valid_from=yesterday, basis="", by=office, at=AT)
    assert queries.ladder(yesterday) == []


def test_the_first_ladder_is_loaded_once(office: User) -> None:
    RatingStandard.objects.all().delete()
    assert (actions.load_standards(), actions.load_standards()) == (5, 0)
    assert [rung.stars for rung in queries.ladder(AT.date())] == [1, 2, 3, 4, 5]


# -- Batches -----------------------------------------------------------------------------------


def test_a_batch_proposes_by_the_rule_for_the_kinds_that_are_rated(
    team: Organization, office: User
) -> None:
    make_organization("停办", state=OrgState.SUSPENDED)
    empty = make_organization("新队")
    batch = _start(office)
    proposed = dict(batch.proposals.values_list("organization__name", "stars"))
    assert proposed == {"护河队": 3, "新队": 0}
    with pytest.raises(Refusal, match="没有办完的认定批次"):
        _start(office)
    actions.cancel_batch(batch_id=batch.pk, by=office, at=AT)
    assert _start(office, kinds=("internal",)).proposals.get().organization.name == "护河分队"
    assert empty.ratings.count() == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"year": 2027}, "year"),
        ({"year": 1999}, "year"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("office",)}, "kinds"),
        ({"kinds": ("merchant",)}, "kinds"),
        ({"region_id": 0}, "region"),
    ],
)
def test_a_bad_batch_is_refused_at_its_field(
    team: Organization, office: User, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        _start(office, **said)
    assert (refused.value.field, Batch.objects.count()) == (field, 0)


def test_an_adjustment_keeps_what_the_rule_said_and_outlives_a_recount(
    team: Organization, office: User
) -> None:
    batch = _start(office)
    proposal = batch.proposals.get()
    with pytest.raises(BadInput, match="请写明理由"):
        actions.adjust(proposal_id=proposal.pk, stars=4, reason=" ", by=office, at=AT)
    actions.adjust(proposal_id=proposal.pk, stars=4, reason="抗洪有功", by=office, at=AT)
    make_posted(make_past_shift(team), make_volunteer("孙丽"))
    actions.recount(batch_id=batch.pk, by=office, at=AT)
    actions.count_batch(batch_id=batch.pk, clock=lambda: AT)
    proposal = batch.proposals.get()
    assert (proposal.stars, proposal.adjusted, proposal.final) == (3, 4, 4)
    assert (proposal.minutes, proposal.adjusted_reason) == (240, "抗洪有功")
    actions.adjust(proposal_id=proposal.pk, stars=3, reason="撤回", by=office, at=AT)
    proposal.refresh_from_db()
    assert (proposal.adjusted, proposal.final) == (None, 3)


def test_nobody_of_the_organization_decides(team: Organization, office: User) -> None:
    batch = _start(office)
    give(office, Role.ORG_ADMIN, team)
    with pytest.raises(NotAllowed, match="您是“护河队”的人员"):
        actions.adjust(proposal_id=batch.proposals.get().pk, stars=5, reason="好", by=office, at=AT)
    with pytest.raises(NotAllowed, match="您是“护河队”的人员"):
        actions.show_batch(batch_id=batch.pk, by=office, at=AT)


def _publish(batch: Batch, office: User) -> None:
    actions.show_batch(batch_id=batch.pk, by=office, at=AT)
    notice = Notice.objects.get(kind="ratings", subject_id=batch.pk, state="shown")
    later = AT + timedelta(days=30)
    publicity.finish_due(today=notice.shown_until + timedelta(days=1), at=later)
    catch_up(at=later)


def test_stars_count_after_publicity_and_stand_on_the_organizations_page(
    client: Client, team: Organization, office: User
) -> None:
    admin = make_user("会长")
    give(admin, Role.ORG_ADMIN, team)
    make_organization("新队")
    batch = _start(office)
    _publish(batch, office)
    batch.refresh_from_db()
    team.refresh_from_db()
    assert (batch.state, team.stars, team.stars_year) == (BatchState.CERTIFIED, 3, YEAR)
    assert list(Rating.objects.values_list("organization__name", "stars")) == [("护河队", 3)]
    assert Message.objects.get(user=admin).title == "2026年度认定为三星级志愿服务组织"
    page = markup(client.get("/ratings/"))
    assert ("护河队" in page, "新队" in page) == (True, False)
    assert "2026年度" in markup(client.get(f"/ratings/organizations/{team.pk}/"))
    with pytest.raises(WrongState):
        actions.show_batch(batch_id=batch.pk, by=office, at=AT)
    assert not actions.certify_batch(batch_id=batch.pk, at=AT)
    Organization.objects.filter(name="新队").update(state=OrgState.DISSOLVED)
    with pytest.raises(Refusal, match="当年已经认定"):
        _start(office)


def test_an_objection_that_holds_sends_the_batch_back(team: Organization, office: User) -> None:
    batch = _start(office)
    actions.show_batch(batch_id=batch.pk, by=office, at=AT)
    with pytest.raises(WrongState):
        actions.adjust(
            proposal_id=batch.proposals.get().pk, stars=2, reason="核减", by=office, at=AT
        )
    notice = Notice.objects.get(kind="ratings")
    objection = publicity.object_to(
        notice_id=notice.pk, text="成员人数不实", by=make_user("何静"), at=AT
    )
    publicity.answer(
        objection_id=objection.pk, is_upheld=True, text="属实", by=make_user("复核"), at=AT
    )
    catch_up(at=AT)
    batch.refresh_from_db()
    assert (batch.state, Rating.objects.count()) == (BatchState.OPEN, 0)
    actions.adjust(proposal_id=batch.proposals.get().pk, stars=2, reason="核减", by=office, at=AT)
    _publish(batch, office)
    assert Rating.objects.get().stars == 2


def test_who_was_dissolved_during_publicity_gets_no_stars(team: Organization, office: User) -> None:
    batch = _start(office)
    actions.show_batch(batch_id=batch.pk, by=office, at=AT)
    Organization.objects.filter(pk=team.pk).update(state=OrgState.DISSOLVED)
    assert actions.certify_batch(batch_id=batch.pk, at=AT)
    assert Rating.objects.count() == 0


def test_a_batch_of_which_nobody_gets_stars_is_not_shown(office: User) -> None:
    make_organization("新队")
    batch = _start(office)
    with pytest.raises(Refusal, match="没有达到星级的组织"):
        actions.show_batch(batch_id=batch.pk, by=office, at=AT)


def test_of_two_that_start_at_once_one_is_told(team: Organization, office: User) -> None:
    with (
        pytest.raises(Refusal, match="没有办完"),
        rival_before('INSERT INTO "ratings_batch"', lambda: _start(office)),
    ):
        _start(office)


def test_an_adjustment_meets_a_showing_and_is_told(team: Organization, office: User) -> None:
    batch = _start(office)
    proposal = batch.proposals.get()
    with (
        pytest.raises(WrongState, match="公示中"),
        rival_before(
            'UPDATE "ratings_batch"',
            lambda: actions.show_batch(batch_id=batch.pk, by=office, at=AT),
        ),
    ):
        actions.adjust(proposal_id=proposal.pk, stars=5, reason="好", by=office, at=AT)
    proposal.refresh_from_db()
    assert proposal.adjusted is None


def test_the_database_knows_one_rating_a_year_and_reasons_of_adjustments(
    team: Organization, office: User
) -> None:
    batch = _start(office)
    _publish(batch, office)
    rating = Rating.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            organization=team, year=YEAR, stars=1, proposal=rating.proposal, certified_at=AT
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(adjusted=5)


# -- The job that counts -----------------------------------------------------------------------


def test_a_batch_is_counted_by_a_job_and_its_page_says_how_far(
    client: Client, team: Organization, office: User
) -> None:
    client.force_login(office)
    plan = BatchPlan(year=YEAR, region_id=regions.city().pk, kinds=("filed",))
    batch = actions.start_batch(plan=plan, by=office, at=AT)
    assert (batch.state, batch.proposals.count()) == (BatchState.COUNTING, 0)
    Batch.objects.filter(pk=batch.pk).update(counted_parts=2)
    page = markup(client.get(f"/ratings/desk/{batch.pk}/"))
    assert ("统计中" in page, 'value="2" max="4"' in page) == (True, True)
    actions.count_batch(batch_id=batch.pk, clock=lambda: AT)
    batch.refresh_from_db()
    assert (batch.state, batch.counted_parts, batch.proposals.count()) == (BatchState.OPEN, 4, 1)
    waiting = client.get(f"/ratings/desk/{batch.pk}/", headers={"HX-Request": "true"})
    assert waiting.headers["HX-Refresh"] == "true"


def test_nothing_is_decided_while_it_is_counted(team: Organization, office: User) -> None:
    plan = BatchPlan(year=YEAR, region_id=regions.city().pk, kinds=("filed",))
    batch = actions.start_batch(plan=plan, by=office, at=AT)
    for act in (actions.show_batch, actions.recount):
        with pytest.raises(WrongState):
            act(batch_id=batch.pk, by=office, at=AT)
    with pytest.raises(Refusal, match="已有一个没有办完的认定批次"):
        actions.start_batch(plan=plan, by=office, at=AT)


def test_what_was_cancelled_while_it_was_counted_stays_cancelled(
    team: Organization, office: User
) -> None:
    plan = BatchPlan(year=YEAR, region_id=regions.city().pk, kinds=("filed",))
    batch = actions.start_batch(plan=plan, by=office, at=AT)

    def clock() -> datetime:
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.CANCELLED)
        return AT

    actions.count_batch(batch_id=batch.pk, clock=clock)
    batch.refresh_from_db()
    assert (batch.state, batch.proposals.count()) == (BatchState.CANCELLED, 0)


def test_a_batch_whose_worker_was_killed_is_counted_by_another_one(
    team: Organization, office: User
) -> None:
    plan = BatchPlan(year=YEAR, region_id=regions.city().pk, kinds=("filed",))
    batch = actions.start_batch(plan=plan, by=office, at=AT)
    assert queries.silent_batches(before=AT) == []
    assert queries.silent_batches(before=AT + timedelta(seconds=1)) == [batch.pk]


# -- Pages -------------------------------------------------------------------------------------


def test_the_desk_rates_from_the_start_to_the_showing(
    client: Client, team: Organization, office: User, django_capture_on_commit_callbacks: Any
) -> None:
    def send(url: str, sent: dict[str, Any] | None = None) -> str:
        with django_capture_on_commit_callbacks(execute=True):  # so the job is done
            answer = client.post(url, sent)
        return markup(client.get(answer.headers["Location"]))

    RatingStandard.objects.update(valid_from="2020-01-01")
    client.force_login(office)
    sent = {"year": "2026", "region": regions.city().pk, "kinds": ["filed"]}
    page = send("/ratings/desk/new/", sent)
    assert ("护河队" in page, "三星级 1" in page) == (True, True)
    proposal = Proposal.objects.get()
    page = markup(client.get(f"/ratings/desk/proposals/{proposal.pk}/"))
    assert ("按规则：三星级" in page, "需要 3 人" in page) == (True, True)
    url = f"/ratings/desk/proposals/{proposal.pk}/"
    assert "请写明理由" in markup(client.post(url, {"stars": "4"}))
    assert "请选择星级" in markup(client.post(url, {"stars": "6", "reason": "好"}))
    page = markup(client.post(url, {"stars": "4", "reason": "抗洪有功"}, follow=True))
    assert "抗洪有功" in page
    url = f"/ratings/desk/{proposal.batch_id}/"
    assert "正在按最新记录重新计算" in send(f"{url}recount/")
    assert "已开始公示" in markup(client.post(f"{url}show/", follow=True))
    assert "四星级（1 个）：护河队" in Notice.objects.get().body


def test_the_desk_sets_a_ladder_and_says_what_is_wrong(client: Client, office: User) -> None:
    client.force_login(office)
    assert "五星级：成员（人）" in markup(client.get("/ratings/desk/standards/"))
    sent = {f"{m.key}_{stars}": "０" for m in MEASURES for stars in range(1, 6)}
    sent |= {"valid_from": "2099-01-01", "basis": "濮文明办〔2026〕3号"}
    bad = markup(client.post("/ratings/desk/standards/", sent | {"members_3": "很多"}))
    assert "之间的整数，请修改。" in bad
    bad = markup(client.post("/ratings/desk/standards/", sent | {"minutes_1": "5"}))
    assert "二星级的“全年服务时长”不能低于一星级" in bad
    assert "已保存" in markup(client.post("/ratings/desk/standards/", sent, follow=True))


@pytest.mark.parametrize("query", ["?year=x&stars=🎉", "?year=9999999999&stars=99999999999999"])
def test_nonsense_in_the_address_shows_the_plain_list(client: Client, query: str) -> None:
    assert client.get(f"/ratings/{query}").status_code == 200


def test_a_county_sees_its_own_batches_only(
    client: Client, team: Organization, office: User
) -> None:
    batch = _start(office)
    stranger = make_user("外县")
    give(stranger, Role.COUNTY_OFFICE, make_county())
    client.force_login(stranger)
    assert client.get(f"/ratings/desk/{batch.pk}/").status_code == 404
    assert "2026年度" not in markup(client.get("/ratings/desk/"))


def test_long_lists_ask_no_more_than_short_ones(
    client: Client, team: Organization, office: User
) -> None:
    client.force_login(office)
    batch = _start(office)
    pages = (f"/ratings/desk/{batch.pk}/", "/ratings/desk/", "/ratings/")
    short = [queries_for(client, page) for page in pages]
    for number in range(29):
        one = make_organization(f"第{number}队", parent=team)
        proposal = Proposal.objects.create(batch=batch, organization=one, stars=1)
        Rating.objects.create(
            organization=one, year=YEAR, stars=1, proposal=proposal, certified_at=AT
        )
    long = [queries_for(client, page) for page in pages]
    assert [more - less for more, less in zip(long[:2], short[:2], strict=True)] == [0, 0]
    assert long[2] <= short[2] + 3  # with no rating there is no list to count

"""The reference city: as large as asked for, the same each time, with clean books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Sum
from pytest_django.plugin import DjangoDbBlocker

from voluncity.city.access import personal
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.journal.append_only import missing_guards
from voluncity.city.journal.models import Cursor, Entry, Head
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.people.models import Consent, User, Volunteer
from voluncity.city.people.queries import phone_of
from voluncity.city.people.states import IdentityState, Purpose
from voluncity.doors.portal.models import FiguresRun, RegionFigures
from voluncity.doors.portal.scale import indexes
from voluncity.doors.portal.scale.building import LARGE, build
from voluncity.doors.portal.scale.shape import Shape
from voluncity.honor.leaderboards.models import Score, Standing
from voluncity.honor.recognition import actions as recognition
from voluncity.honor.recognition.models import StarAward, Total
from voluncity.kernel.identity import age_on, parse_resident_id
from voluncity.service.hours.actions import compute_due
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.rules import search_text
from voluncity.service.signups.models import Attendance, Signup
from voluncity.testing.make_people import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in the city
FACTOR = 0.001
SHAPE = Shape.of(FACTOR)


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """Build one small city for all tests of this file, and roll it back at their end."""
    with django_db_blocker.unblock(), transaction.atomic():
        before = _definitions()
        call_command("load_reference", stdout=StringIO())
        lines: list[str] = []
        build(factor=FACTOR, at=AT, say=lines.append)
        assert _definitions() == before
        yield lines
        transaction.set_rollback(True)


def _definitions() -> dict[str, object]:
    with connection.cursor() as cursor:
        return {
            model._meta.db_table: connection.introspection.get_constraints(
                cursor, model._meta.db_table
            )
            for model in LARGE
        }


def test_puyang_is_as_large_as_its_report_says() -> None:
    assert Shape.of(1.0) == Shape(
        volunteers=750_000, teams=2_022, projects=3_532, records=3_000_000, coming=2_500
    )


@pytest.mark.usefixtures("said")
def test_everything_is_there_in_its_number() -> None:
    posted = ServiceRecord.objects.filter(state=RecordState.POSTED).count()
    assert Volunteer.objects.count() == SHAPE.volunteers == 750
    assert Organization.objects.filter(applied_by__isnull=False).count() == SHAPE.teams
    assert Project.objects.count() >= SHAPE.projects
    assert SHAPE.records <= posted <= SHAPE.records * 1.06
    assert Entry.objects.filter(verb="hours.post").count() == posted
    assert Activity.objects.filter(starts_at__gt=AT).count() == SHAPE.coming
    assert Shift.objects.filter(starts_at__gt=AT, taken__gt=0).count() >= SHAPE.coming


@pytest.mark.usefixtures("said")
def test_the_books_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_books")
    assert capsys.readouterr().out == "账目与日志核对无误。\n"


@pytest.mark.usefixtures("said")
def test_a_changed_row_of_the_built_city_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    record = ServiceRecord.objects.filter(state=RecordState.POSTED).order_by("pk").first()
    assert record is not None
    ServiceRecord.objects.filter(pk=record.pk).update(counted_from=F("actual_from"), minutes=1)
    with pytest.raises(SystemExit):
        call_command("check_books", "--limit", "1")
    assert f"hours: record {record.pk} says 1 minutes" in capsys.readouterr().out


@pytest.mark.usefixtures("said")
def test_guards_and_readers_are_in_place() -> None:
    head = Head.objects.get()
    assert missing_guards("journal_entry") + missing_guards("ledger_transfer") == []
    assert set(Cursor.objects.values_list("position", flat=True)) == {head.sequence}
    assert not Entry.objects.filter(sequence=None).exists()
    assert not indexes.is_unfinished()


@pytest.mark.usefixtures("said")
def test_stars_are_those_that_settling_would_give() -> None:
    before = set(StarAward.objects.values_list("volunteer_id", "stars"))
    for volunteer_id in Total.objects.filter(month="").values_list("volunteer_id", flat=True):
        recognition.settle_stars(volunteer_id=volunteer_id, at=AT)
    assert set(StarAward.objects.values_list("volunteer_id", "stars")) == before
    assert before


@pytest.mark.usefixtures("said")
def test_the_board_shows_who_agreed_and_counts_them() -> None:
    agreed = Consent.objects.filter(purpose=Purpose.RANKING).values("volunteer")
    served = Total.objects.filter(month="", volunteer__in=agreed)
    ranked = Score.objects.filter(period="")
    standing = Standing.objects.filter(period="", is_proven=False)
    assert set(ranked.values_list("volunteer", "minutes")) == set(
        served.values_list("volunteer", "minutes")
    )
    assert standing.aggregate(people=Sum("people"))["people"] == ranked.count()


@pytest.mark.usefixtures("said")
def test_desk_and_home_page_have_their_figures() -> None:
    assert FiguresRun.objects.get().counted_at == AT
    registered = RegionFigures.objects.aggregate(people=Sum("registered"))["people"]
    assert registered == SHAPE.volunteers


@pytest.mark.usefixtures("said")
def test_no_presence_waits_for_its_hours() -> None:
    assert compute_due(at=AT) == 0


@pytest.mark.usefixtures("said")
def test_people_are_plausible_and_their_numbers_sealed() -> None:
    today = AT.date()
    people = Volunteer.objects.select_related("user", "region").order_by("pk")
    ages = [age_on(one.born_on, today) for one in people]
    assert (min(ages) >= 18, max(ages) <= 84) == (True, True)
    assert 0.4 < sum(age >= 60 for age in ages) / len(ages) < 0.65
    for one in people[:40]:
        number = personal.unseal(one.id_cipher, bound_to=f"volunteer:{one.number}")
        parsed = parse_resident_id(number, today=today)
        assert (parsed.born_on, parsed.sex) == (one.born_on, one.sex)
        assert one.id_index == personal.index(f"resident:{number}", purpose="id")
        if one.user is not None:
            phone = personal.unseal(one.user.phone_cipher, bound_to=f"user:{one.user.handle}")
            assert phone == phone_of(one)
            assert one.user.phone_index == one.phone_index == personal.index(phone, purpose="phone")
            assert not one.user.has_usable_password()


@pytest.mark.usefixtures("said")
def test_consents_and_memberships_go_with_people() -> None:
    live = Consent.objects.filter(withdrawn_at=None)
    counts = dict(live.values_list("purpose").annotate(count=Count("pk")).order_by())
    assert counts == {Purpose.TERMS: 750, Purpose.RANKING: 450}
    assert 0.5 < Membership.objects.count() / 750 < 0.65
    states = set(Volunteer.objects.values_list("identity_state", flat=True))
    assert {IdentityState.VERIFIED, IdentityState.UNVERIFIED} <= states
    served = Signup.objects.exclude(volunteer__identity_state=IdentityState.VERIFIED)
    assert not served.exists()


@pytest.mark.usefixtures("said")
def test_nobody_served_before_registering_or_was_confirmed_before_coming() -> None:
    records = ServiceRecord.objects.all()
    assert not records.filter(signup__signed_up_at__lt=F("volunteer__registered_at")).exists()
    assert not records.filter(posted_at__lte=F("actual_to")).exists()
    assert not Signup.objects.filter(signed_up_at__gt=AT).exists()
    assert not Attendance.objects.filter(in_at__gt=AT).exists()
    span = records.aggregate(first=Min("served_on"), last=Max("served_on"))
    assert timedelta(days=1000) < span["last"] - span["first"] < timedelta(days=1096)


@pytest.mark.usefixtures("said")
def test_the_journal_is_told_in_the_order_of_time() -> None:
    posted = Entry.objects.filter(verb="hours.post").order_by("sequence")
    times = list(posted.values_list("at", flat=True))
    assert times == sorted(times)


@pytest.mark.usefixtures("said")
def test_activities_are_found_by_their_own_words() -> None:
    for activity in Activity.objects.select_related(
        "region", "project__organization", "project__category"
    ).order_by("-pk")[:5]:
        assert activity.search_text == search_text(activity)


@pytest.mark.usefixtures("said")
def test_leaders_and_the_login_page_have_their_roles() -> None:
    roles = dict(
        Grant.objects.filter(user__volunteer__isnull=False)
        .values_list("role")
        .annotate(count=Count("pk"))
        .order_by()
    )
    assert roles == {Role.TEAM_LEADER: SHAPE.teams, Role.ORG_ADMIN: SHAPE.teams}
    demo = Grant.objects.filter(user__handle__startswith="demo-")
    # Experts and shops come with selections and merchants; the reference city has none.
    without = {Role.EXPERT, Role.SHOP_CLERK}
    assert set(demo.values_list("role", flat=True)) == set(Role) - without
    assert User.objects.get(handle="demo-volunteer").volunteer_or_none is not None


@pytest.mark.usefixtures("said")
def test_the_next_ids_follow() -> None:
    user = make_user()
    assert user.pk > (Volunteer.objects.aggregate(most=Max("user_id"))["most"] or 0)
    assert not isinstance(user, AnonymousUser)


def test_progress_is_said_with_counts_and_seconds(said: list[str]) -> None:
    assert [line for line in said if line.startswith("账号和志愿者 1,")]
    assert all(line.endswith("秒）") for line in said if "行" in line)


@pytest.mark.usefixtures("said")
def test_a_second_city_is_refused() -> None:
    with pytest.raises(CommandError, match="已经有人了"):
        call_command("demo", "--scale", "0.001", stdout=StringIO())

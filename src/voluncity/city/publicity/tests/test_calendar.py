from datetime import date, timedelta

import pytest

from voluncity.city.journal.models import Entry
from voluncity.city.publicity import actions, queries
from voluncity.city.publicity.models import CalendarDay
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db

NATIONAL_DAY = date(2027, 10, 1)  # a Friday


def test_the_calendar_is_loaded_once() -> None:
    first, second = actions.load_calendar(), actions.load_calendar()
    assert (first, second) == (CalendarDay.objects.count(), 0)
    assert (queries.has_data(2025), queries.has_data(2026), queries.has_data(2027)) == (
        True,
        True,
        False,
    )


def test_ten_working_days_after_a_volunteer_service_before_national_day() -> None:
    actions.load_calendar()  # vectors of RULES.md §1.2
    assert queries.due_on(date(2026, 9, 24), 10) == date(2026, 10, 15)
    assert queries.calendar().is_workday(date(2026, 10, 10))


def test_without_data_only_the_week_counts() -> None:
    assert queries.due_on(date(2026, 9, 30), 1) == date(2026, 10, 1)


def test_loading_keeps_what_the_office_changed() -> None:
    actions.load_calendar()
    actions.remove_day(day=date(2026, 10, 1), by=make_user(), at=NOON)
    assert actions.load_calendar() == 0
    assert not CalendarDay.objects.filter(day=date(2026, 10, 1)).exists()


def test_a_day_is_set_changed_and_removed_and_each_is_journaled() -> None:
    user = make_user()
    actions.set_day(day=NATIONAL_DAY, is_workday=False, name="国庆节", by=user, at=NOON)
    assert queries.due_on(NATIONAL_DAY - timedelta(days=1), 1) == date(2027, 10, 4)
    actions.set_day(day=NATIONAL_DAY, is_workday=False, name="国庆节（改）", by=user, at=NOON)
    assert [str(day) for day in queries.days_of(2027)] == ["2027-10-01 国庆节（改）"]
    actions.remove_day(day=NATIONAL_DAY, by=user, at=NOON)
    assert [(entry.verb, entry.data["day"]) for entry in Entry.objects.order_by("pk")] == [
        ("publicity.set_day", "2027-10-01"),
        ("publicity.set_day", "2027-10-01"),
        ("publicity.remove_day", "2027-10-01"),
    ]


def test_a_day_that_was_removed_already_is_said_so() -> None:
    with pytest.raises(Refusal, match="已经不在日历里了"):
        actions.remove_day(day=NATIONAL_DAY, by=make_user(), at=NOON)


@pytest.mark.parametrize(
    ("day", "is_workday", "sentence"),
    [
        (NATIONAL_DAY, True, "2027-10-01 是周五，本来就上班，不用登记。"),
        (date(2027, 10, 2), False, "2027-10-02 是周六，本来就休息，不用登记。"),
    ],
)
def test_a_plain_day_needs_no_row(day: date, is_workday: bool, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        actions.set_day(day=day, is_workday=is_workday, name="国庆节", by=make_user(), at=NOON)
    assert refused.value.field == "day"
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "sentence"), [(" \u200b", "请填写名称"), ("节" * 41, "最多 40 个字")]
)
def test_a_day_has_a_name(name: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        actions.set_day(day=NATIONAL_DAY, is_workday=False, name=name, by=make_user(), at=NOON)

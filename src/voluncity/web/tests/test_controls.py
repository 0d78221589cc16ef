"""Fields that many forms share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType

import voluncity
from voluncity.web.controls import CHOOSE, OUT_OF_TIME, Moment, Several

pytestmark = pytest.mark.django_db
SOURCE = Path(voluncity.__file__).parent


class ThingForm(forms.Form):
    """What asks for some rows."""

    places = Several("种类", queryset=ContentType.objects.all(), required=False)


@pytest.mark.parametrize("sent", ["99999999999999999999", "-1", "0", "两", "1\x00", "１", "1.5"])
def test_a_number_that_no_row_can_have_is_a_wrong_choice(sent: str) -> None:
    assert ThingForm({"places": [sent]}).errors == {"places": [CHOOSE]}


def test_no_form_has_the_plain_field_that_such_a_number_breaks() -> None:
    plain = "ModelMultipleChoiceField("
    files = (path for path in SOURCE.rglob("*.py") if "tests" not in path.parts)
    found = [path.name for path in files if plain in path.read_text(encoding="utf-8")]
    assert found == []


@pytest.mark.parametrize(
    "typed",
    ["2026-11-28T09:30", " 2026-11-28 09:30 ", "２０２６-11-28 09：30", "2026-11-28T09:30:00"],
)
def test_a_moment_is_read_by_the_clock_of_the_city(typed: str) -> None:
    assert Moment("时间").clean(typed) == datetime(2026, 11, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "1999-12-31T23:59", "9999-12-31T23:59"])
def test_a_moment_that_no_database_could_keep_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match=OUT_OF_TIME):
        Moment("时间").clean(typed)

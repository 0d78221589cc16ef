"""Files as offices have them: each wrong one gets its sentence, each odd one its person."""

from __future__ import annotations

import pytest

from voluncity.city.people.lists.finding import find_list
from voluncity.city.people.lists.source import in_memory
from voluncity.city.people.models import ImportLine, User, Volunteer
from voluncity.city.people.states import BatchState
from voluncity.city.people.tests.importing import brought_in, checked
from voluncity.kernel.refusals import BadInput
from voluncity.testing import make_hostile_files as hostile

UNREADABLE = {one.kind: one for one in hostile.unreadable_files()}
BAD_ROWS = {one.kind: one for one in hostile.bad_rows()}
ODD = {one.kind: one for one in hostile.odd_files()}


def test_there_are_more_than_forty_kinds_of_wrong() -> None:
    assert len(UNREADABLE) + len(BAD_ROWS) > 40


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(kind: str) -> None:
    one = UNREADABLE[kind]
    with pytest.raises(BadInput) as refused:
        list(find_list(in_memory(one.name, one.content)).records)
    assert (refused.value.sentence, refused.value.field) == (one.says, "file")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_row_that_is_wrong_is_refused_with_a_sentence(kind: str, office: User) -> None:
    one = BAD_ROWS[kind]
    batch = checked(one.name, one.content, office)
    assert (batch.state, batch.refused) == (BatchState.CHECKED, 1)
    assert list(ImportLine.objects.filter(outcome="未导入").values_list("words", flat=True)) == [
        one.says
    ]
    assert Volunteer.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_list_brings_its_person_in(kind: str, office: User) -> None:
    one = ODD[kind]
    batch = brought_in(one.name, one.content, office)
    lines = ImportLine.objects.exclude(outcome="跳过")
    assert [(line.outcome, line.words) for line in lines] == [("已导入", one.says)]
    assert (batch.state, batch.imported, batch.refused) == (BatchState.FINISHED, 1, 0)
    assert Volunteer.objects.get().name == "王芳"

"""`voluncity check-books` on clean, changed and unreadable books."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from voluncity.city.journal.tasks import catch_up
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.make_hours import make_posted

pytestmark = pytest.mark.django_db
Output = pytest.CaptureFixture[str]


def test_clean_books_end_with_a_sentence(settings: LazySettings, capsys: Output) -> None:
    make_posted()
    catch_up()
    call_command("check_books")
    out, err = capsys.readouterr()
    assert out == "账目与日志核对无误。\n"
    number = len(settings.VOLUNCITY_CHECKS)
    assert f"[{number}/{number}]" in err


def test_changed_row_is_named_and_the_command_fails(capsys: Output) -> None:
    record = make_posted()
    catch_up()
    ServiceRecord.objects.filter(pk=record.pk).update(minutes=600)
    with pytest.raises(SystemExit) as ended:
        call_command("check_books", "--limit", "1")
    out, err = capsys.readouterr()
    assert ended.value.code == 1
    assert out == (f"hours: record {record.pk} says 600 minutes, its counted times say otherwise\n")
    assert "1 处不符" in err


@pytest.mark.parametrize("limit", ["0", "-1", "x", "１０", "1000000"])
def test_nonsense_limit_is_wrong_usage(limit: str) -> None:
    with pytest.raises(CommandError, match="应为 1 到"):
        call_command("check_books", f"--limit={limit}")


def test_check_that_cannot_run_is_no_clean_book(settings: LazySettings) -> None:
    settings.VOLUNCITY_CHECKS = ["voluncity.city.ledger.queries.forgotten"]
    with pytest.raises(CommandError) as ended:
        call_command("check_books")
    assert ended.value.returncode == 2

"""Settings that are wrong say so in one sentence, before anything starts."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from voluncity.config import environment as env

KEY = base64.b64encode(b"k" * 32).decode()
NAMES = ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"VOLUNCITY_{name}", raising=False)


def said(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(ImproperlyConfigured) as error:
        act(*args, **more)
    return str(error.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("TRUE", True), (" yes ", True), ("on", True), ("0", False), ("off", False),
     ("no", False), ("False", False), ("", True)],
)  # fmt: skip
def test_a_flag_says_yes_or_no(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("VOLUNCITY_HTTPS", value)
    assert env.flag("VOLUNCITY_HTTPS", default=True) is expected


def test_a_flag_that_says_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLUNCITY_HTTPS", "ja")
    assert said(env.flag, "VOLUNCITY_HTTPS") == "VOLUNCITY_HTTPS must be 1 or 0, not 'ja'."


def test_words_are_split_and_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLUNCITY_HOSTS", " a.example , ,b.example,")
    assert env.words("VOLUNCITY_HOSTS") == ["a.example", "b.example"]
    monkeypatch.setenv("VOLUNCITY_HOSTS", "")
    assert env.words("VOLUNCITY_HOSTS", "c.example") == ["c.example"]


@pytest.mark.parametrize("key", ["", "short", "x" * 31])
def test_no_start_without_a_secret_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("VOLUNCITY_SECRET_KEY", key)
    assert said(env.secret_key, demo=False).startswith(
        "VOLUNCITY_SECRET_KEY is missing or shorter than 32 characters. Make one with"
    )
    assert env.secret_key(demo=True)


def test_a_good_secret_key_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLUNCITY_SECRET_KEY", "x" * 32)
    assert env.secret_key(demo=False) == "x" * 32


def test_data_keys_come_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    older = base64.b64encode(b"o" * 32).decode()
    monkeypatch.setenv("VOLUNCITY_DATA_KEYS", f"{KEY}, {older}")
    assert env.data_keys(demo=False, secret="s") == [b"k" * 32, b"o" * 32]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "VOLUNCITY_DATA_KEYS is missing."),
        ("not base64!", "VOLUNCITY_DATA_KEYS must be base64."),
        ("AAAA", "Each key in VOLUNCITY_DATA_KEYS must be 32 bytes long."),
        (f"{KEY},AAAA", "Each key in VOLUNCITY_DATA_KEYS must be 32 bytes long."),
    ],
)
def test_wrong_data_keys_are_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, sentence: str
) -> None:
    monkeypatch.setenv("VOLUNCITY_DATA_KEYS", value)
    assert said(env.data_keys, demo=False, secret="s").startswith(sentence)


def test_the_demo_makes_its_own_keys_from_its_secret() -> None:
    one, same, other = (env.data_keys(demo=True, secret=secret) for secret in "aab")
    assert one == same != other
    assert [len(key) for key in one] == [32]
    assert env.index_key(demo=True, secret="a") not in one


def test_no_start_without_an_index_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", "x" * 31):
        monkeypatch.setenv("VOLUNCITY_INDEX_KEY", value)
        assert said(env.index_key, demo=False, secret="s").startswith(
            "VOLUNCITY_INDEX_KEY is missing or shorter than 32 characters."
        )
    monkeypatch.setenv("VOLUNCITY_INDEX_KEY", "x" * 32)
    assert env.index_key(demo=False, secret="s") == b"x" * 32


def test_a_sqlite_url_names_a_file() -> None:
    found: dict[str, Any] = env.database("sqlite:///srv/my%20city/db.sqlite3")
    assert (found["ENGINE"], found["NAME"]) == (
        "django.db.backends.sqlite3",
        "/srv/my city/db.sqlite3",
    )
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_postgres_url_is_read_part_by_part() -> None:
    found: dict[str, Any] = env.database(
        "postgres://city%40x:p%2Fw@db.example:6432/voluncity?pool=3&sslmode=require"
    )
    wanted = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "voluncity",
        "USER": "city@x",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {
            "prepare_threshold": 0,
            "sslmode": "require",
            "pool": {"min_size": 1, "max_size": 3, "timeout": 20},
        },
    }
    assert {name: found[name] for name in wanted} == wanted


def test_a_socket_and_no_pool_are_possible() -> None:
    found: dict[str, Any] = env.database("postgresql:///voluncity?host=/run/pg&pool=0")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == (
        "/run/pg",
        "",
        {"prepare_threshold": 0},
    )
    assert found["CONN_MAX_AGE"] is None  # a thread keeps its connection


def test_an_old_pgbouncer_keeps_no_plans() -> None:
    found: dict[str, Any] = env.database("postgresql://db.example/voluncity?prepare=0&pool=0")
    assert found["OPTIONS"] == {"prepare_threshold": None}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://x/y", "DATABASE_URL must begin with sqlite:// or postgres://."),
        ("", "DATABASE_URL must begin with sqlite:// or postgres://."),
        ("sqlite://var/db.sqlite3", "DATABASE_URL must name the whole path"),
        ("sqlite:///", "DATABASE_URL must name the whole path"),
        ("postgres://host", "DATABASE_URL must name the database"),
        ("postgres://host:x/db", "The port and pool= in DATABASE_URL must be numbers."),
        ("postgres://host/db?pool=many", "The port and pool= in DATABASE_URL must be numbers."),
    ],
)
def test_a_wrong_database_url_is_refused(url: str, sentence: str) -> None:
    assert said(env.database, url).startswith(sentence)

"""Each rule of the house finds what breaks it, and the project breaks none."""

from __future__ import annotations

from pathlib import Path

import pytest

from house import manners


def _complaints(root: Path, name: str, text: str) -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return list(manners.complaints(root))


def test_the_project_breaks_no_rule() -> None:
    assert list(manners.complaints()) == []


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ('<p style="color: red">', "an inline style, which the CSP refuses"),
        ('<p class="x"\n style=x>', "an inline style, which the CSP refuses"),
        ('<button onclick="go()">', "an inline handler, which the CSP refuses"),
        ("<script>go()</script>", "a block without nonce"),
        ("<style>p {}</style>", "a block without nonce"),
        ('<img src="//cdn.example.org/a.png">', "another host"),
        ('<form action="https://example.org/">', "another host"),
        ('<a href="javascript:go()">', "a javascript: link"),
    ],
)
def test_a_page_that_the_policy_would_break_is_found(page: str, what: str, tmp_path: Path) -> None:
    assert _complaints(tmp_path, "page.html", page) == [f"page.html:1: {what}"]


@pytest.mark.parametrize(
    "page",
    [
        '<script nonce="{{ request.csp_nonce }}">go()</script>',
        '<script src="{% static "app.js" %}"></script>',
        '<a href="https://example.org/">elsewhere</a>',
        '<input type="radio" id="one">',
    ],
)
def test_a_decent_page_is_left_alone(page: str, tmp_path: Path) -> None:
    assert _complaints(tmp_path, "page.html", page) == []


def test_a_long_file_is_found(tmp_path: Path) -> None:
    assert _complaints(tmp_path, "a.py", "x = 1\n" * 501) == ["a.py: 501 lines, more than 500"]


def test_a_long_function_is_found(tmp_path: Path) -> None:
    text = "def f() -> None:\n" + "    x = 1\n" * 60
    assert _complaints(tmp_path, "a.py", text) == ["a.py:1: f() has 61 lines, more than 60"]


def test_migrations_may_be_long(tmp_path: Path) -> None:
    assert _complaints(tmp_path, "migrations/0001_initial.py", "x = 1\n" * 501) == []


@pytest.mark.parametrize(
    "place",
    [
        "/" + "home/wang/city.db",
        "/" + "root/keys",
        "C:\\\\" + "Users\\wang",
        "https://pypi." + "org",
    ],
)
def test_a_path_of_one_machine_is_found(place: str, tmp_path: Path) -> None:
    (found,) = _complaints(tmp_path, "notes.md", f"see\n{place}\n")
    assert found.startswith("notes.md:2: ")
    assert found.endswith("belongs to one machine or registry")


def test_an_address_of_a_page_is_no_path_of_a_machine(tmp_path: Path) -> None:
    assert _complaints(tmp_path, "notes.md", "open desk/" + "home/ or /homes/") == []


@pytest.fixture
def slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with two slices."""
    monkeypatch.setattr(manners, "SRC", tmp_path / "src")
    for name in ("people", "orgs"):
        package = tmp_path / "src" / "voluncity" / "city" / name
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
    return tmp_path


ACTIONS = "src/voluncity/city/people/actions.py"


@pytest.mark.parametrize(
    "line",
    [
        "from voluncity.city.orgs.views import board",
        "from voluncity.city.orgs.forms import BoardForm",
        "import voluncity.city.orgs.api",
        "from voluncity.city.orgs import tasks",
    ],
)
def test_a_back_door_into_another_slice_is_found(line: str, slices: Path) -> None:
    (found,) = _complaints(slices, ACTIONS, line)
    assert found.startswith(f"{ACTIONS}:1: voluncity.city.orgs.")
    assert found.endswith("enter city.orgs through actions, models, queries, rules, states")


@pytest.mark.parametrize(
    "line",
    [
        "from voluncity.city.orgs import queries as orgs",
        "from voluncity.city.orgs.models import Organization",
        "from voluncity.city.people.forms import PersonForm",
        "from voluncity.city.access.marks import public",
        "from voluncity.web.fields import TextField",
    ],
)
def test_a_front_door_is_open(line: str, slices: Path) -> None:
    assert _complaints(slices, ACTIONS, line) == []


@pytest.mark.parametrize("call", ["timezone.now()", "now()", "date.today()", "datetime.now(UTC)"])
def test_an_action_that_looks_at_the_clock_is_found(call: str, slices: Path) -> None:
    assert _complaints(slices, ACTIONS, f"at = {call}\n") == [
        f"{ACTIONS}:1: {call.partition('(')[0]}() in actions: take the time as `at=`"
    ]


def test_a_view_may_look_at_the_clock(slices: Path) -> None:
    assert _complaints(slices, ACTIONS.replace("actions", "views"), "at = now()\n") == []

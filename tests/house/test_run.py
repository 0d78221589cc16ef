"""`run.py` on this checkout and on an empty one."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from house.paths import ROOT
from tests.house import process_table
from voluncity.testing import migrated, tracing

SECONDS = 60


def _run(
    root: Path, *arguments: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "run.py"), *arguments],
        cwd="/",
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        timeout=SECONDS * 3,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing to install and a program that only repeats its arguments."""
    root = tmp_path / "a folder with spaces"
    shutil.copytree(ROOT / "house", root / "house")
    shutil.copy(ROOT / "run.py", root / "run.py")
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt"):
        (root / name).write_text("# nothing\n")
    (root / "src" / "voluncity").mkdir(parents=True)
    (root / "src" / "voluncity" / "__init__.py").touch()
    (root / "src" / "voluncity" / "__main__.py").write_text("import sys; print(sys.argv[1:])\n")
    return root


def test_an_empty_checkout_is_installed_once_and_from_any_folder(checkout: Path) -> None:
    first = _run(checkout, "city", "greet", "--loud")
    began = time.monotonic()
    second = _run(checkout, "city", "greet")
    seconds = time.monotonic() - began
    (checkout / "requirements.txt").write_text("# something new\n")
    third = _run(checkout, "city", "greet")

    assert first.stdout.splitlines() == [
        "Making .venv …",
        "Installing what the lock file names …",
        "['greet', '--loud']",
    ], first.stderr
    assert second.stdout == "['greet']\n"
    assert seconds < 5  # measured 0.2 s on an idle machine; the bound only tells an install apart
    assert third.stdout == "Installing what the lock file names …\n['greet']\n"


def test_a_server_is_installed_without_starting_anything(checkout: Path) -> None:
    done = _run(checkout, "install")
    command = done.stdout.splitlines()[-1].removeprefix("The command is ")
    answer = subprocess.run([command, "greet"], capture_output=True, text=True, check=True)

    assert (done.returncode, answer.stdout) == (0, "['greet']\n")


def test_a_moved_checkout_gets_a_new_environment(checkout: Path, tmp_path: Path) -> None:
    _run(checkout, "city")
    moved = checkout.rename(tmp_path / "moved")

    assert "Making .venv …" in _run(moved, "city", "greet").stdout


def test_an_old_python_is_told_what_is_needed() -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        f"runpy.run_path({str(ROOT / 'run.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in done.stderr
    assert "需要 Python 3.11" in done.stderr


def test_an_old_python_can_read_the_file() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 4))


def test_a_python_without_venv_is_told_the_package(checkout: Path) -> None:
    code = (
        "import sys; sys.modules['ensurepip'] = None; "
        f"sys.path.insert(0, {str(checkout)!r}); "
        "from house.main import main; sys.exit(main(['city']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert f"apt install python{version}-venv" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_refused_with_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = _run(ROOT, "--port", str(port))

    assert done.returncode == 1
    assert f"端口 {port} 不能使用" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0x50", "eighty", ""])
def test_a_port_that_is_no_number_is_wrong_usage(port: str) -> None:
    assert _run(ROOT, "--port", port).returncode == 2


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_cannot_be_is_refused_with_a_sentence(port: str) -> None:
    done = _run(ROOT, f"--port={port}")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_an_unknown_word_is_wrong_usage() -> None:
    done = _run(ROOT, "sereve")
    assert (done.returncode, "sereve" in done.stderr) == (2, True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _city(folder: Path, port: int, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    env = os.environ | {"DATABASE_URL": f"sqlite://{folder}/city.sqlite3"} | env
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "--empty", "--port", str(port)],
        cwd="/",
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _said_until(city: subprocess.Popen[bytes], words: str) -> list[str]:
    """Return the lines that a city says, up to the one with these words."""
    assert city.stdout is not None
    said: list[str] = []
    for line in iter(city.stdout.readline, b""):
        said.append(line.decode())
        if words in said[-1]:
            return said
    pytest.fail(f"{words} was never said, but {said}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asking_the_city_to_stop_leaves_no_process(number: signal.Signals, tmp_path: Path) -> None:
    port = _free_port()
    is_new = number == signal.SIGINT  # once, the city begins without a database
    if not is_new:
        shutil.copy(migrated.file(), tmp_path / "city.sqlite3")
    with _city(tmp_path, port, tracing.UNTRACED if is_new else {}) as city:
        said = _said_until(city, f"http://127.0.0.1:{port}")
        started = process_table.below(city.pid)
        assert len(started) >= 3  # the worker, the server and the server's own process
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/no-such-page")
        answer.value.close()

        os.kill(city.pid, number)
        code = city.wait(timeout=20)

        assert (code, process_table.living(started), answer.value.code) == (0, [], 404)
    # What all tests run on is what a city begins with.
    files = tmp_path / "city.sqlite3", migrated.file()
    mine, kept = (migrated.schema(f"sqlite://{file}") for file in files)
    assert mine == kept
    steps = [line.split("，")[0] for line in said if "数据库" in line]
    news = ["正在更新数据库", "数据库已更新"] if is_new else ["数据库已经是最新版本。\n"]
    assert steps == news

"""The commands of `run.py`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable

from house import checks, environment, lock, mission, screenshots, suite, up
from house.paths import BIN, ROOT, VOLUNCITY
from house.processes import Family
from house.words import Stop, complain, say

# These commands hand what they do not know to pytest and to `voluncity`.
HAND_ON = ("test", "city")
Answer = Callable[[Family, argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if os.name != "posix":
        complain("Voluncity runs on Linux and macOS; on Windows use WSL. 在 Windows 上请使用 WSL。")
        return 1
    options = _options(_with_command(sys.argv[1:] if arguments is None else arguments))
    answer: Answer = options.answer
    family = Family()
    family.listen()
    try:
        return answer(family, options)
    except Stop as stop:
        if str(stop):
            complain(str(stop))
        return stop.code
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        family.stop()


def _with_command(arguments: list[str]) -> list[str]:
    """Put `up` first where no command is named."""
    if arguments and (arguments[0] in COMMANDS or arguments[0] in {"-h", "--help"}):
        return arguments
    return ["up", *arguments]


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and arguments[0] not in HAND_ON:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py", description="Start, test and check Voluncity. Without a command: up."
    )
    commands = parser.add_subparsers(metavar="command", required=True)
    for name, (answer, summary, more) in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=summary, allow_abbrev=False, add_help=name != "city"
        )
        command.set_defaults(answer=answer)
        more(command)
    return parser


def _up_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on")
    parser.add_argument("--port", type=int, default=8000, help="port to serve on")
    parser.add_argument("--empty", action="store_true", help="do not load the demo city")


def _test_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", choices=suite.CHOICES, default="both", help="default: both")
    parser.epilog = "Everything else is handed to pytest: run.py test -k signup"


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", help="only these checks")


def _lock_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--upgrade", action="store_true", help="take newer versions")


def _rows_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="only say whether docs/mission.md is true"
    )


def _bench_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workloads", nargs="*", metavar="workload", help="w1, w1b, …; all of them")
    parser.add_argument(
        "--db", choices=("postgres", "sqlite"), default="postgres", help="one of them"
    )
    parser.add_argument("--scale", default="0.05", help="puyang, or a share of it; default: 0.05")
    parser.add_argument(
        "--write", action="store_true", help="write the table into docs/performance.md"
    )


def _no_options(_parser: argparse.ArgumentParser) -> None:
    pass


def _install(family: Family, _options: argparse.Namespace) -> int:
    environment.ensure(family)
    say(f"The command is {VOLUNCITY}")
    return 0


def _up(family: Family, options: argparse.Namespace) -> int:
    return up.up(family, host=options.host, port=options.port, demo=not options.empty)


def _test(family: Family, options: argparse.Namespace) -> int:
    return suite.test(family, database=options.db, chosen=options.rest)


def _check(family: Family, options: argparse.Namespace) -> int:
    environment.ensure(family, development=True)
    return checks.check(options.names)


def _fmt(family: Family, _options: argparse.Namespace) -> int:
    environment.ensure(family, development=True)
    ruff = str(BIN / "ruff")
    return family.run([ruff, "check", "--fix", str(ROOT)]) | family.run([ruff, "format", str(ROOT)])


def _lock(family: Family, options: argparse.Namespace) -> int:
    environment.ensure(family)
    return lock.lock(family, upgrade=options.upgrade)


def _rows(family: Family, options: argparse.Namespace) -> int:
    environment.ensure(family, development=True)
    return mission.check(family) if options.check else mission.show(family)


def _guide(family: Family, _options: argparse.Namespace) -> int:
    return screenshots.take_guide(family)


def _screenshots(family: Family, _options: argparse.Namespace) -> int:
    return screenshots.take(family)


def _bench(family: Family, options: argparse.Namespace) -> int:
    from bench import main as measuring  # a city's machine has no need of it

    return measuring.bench(
        family,
        kind=options.db,
        scale=options.scale,
        names=options.workloads,
        is_written=options.write,
    )


def _city(family: Family, options: argparse.Namespace) -> int:
    environment.ensure(family)
    # In our place and not as a child, because some commands ask at the terminal.
    os.execve(VOLUNCITY, [str(VOLUNCITY), *options.rest], up.demo_variables())


COMMANDS: dict[str, tuple[Answer, str, Callable[[argparse.ArgumentParser], None]]] = {
    "up": (_up, "install, load the demo city once and serve it", _up_options),
    "install": (_install, "only install, for a server", _no_options),
    "test": (_test, "run the tests on SQLite and PostgreSQL", _test_options),
    "check": (_check, "run every check of the code", _check_options),
    "fmt": (_fmt, "format the code and mend what can be mended", _no_options),
    "lock": (_lock, "write the lock files", _lock_options),
    "rows": (_rows, "show which tests show which row of the mission", _rows_options),
    "guide": (_guide, "take the pictures of the guides", _no_options),
    "screenshots": (_screenshots, "take a picture of every page of the demo city", _no_options),
    "bench": (_bench, "measure the reference city beside its physical limits", _bench_options),
    "city": (_city, "run a command of `voluncity` on the demo city", _no_options),
}

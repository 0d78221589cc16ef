"""W3, W4 and W8: the pages that many look at, and the office's desk."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import monotonic

from bench import plan
from bench.building import variables
from bench.city import READY_SECONDS, City, answers, free_port, load
from bench.figures import Run
from bench.plan import BROWSER, Request
from bench.table import Line, Target, line_of
from house.paths import VOLUNCITY
from house.words import Stop

MANY = 16
WARM_SECONDS, SECONDS = 2.0, 8.0
PLAIN_SECONDS = 4.0
COLD_STARTS, WARM_LOOKS = 3, 60
BOARDS = {
    "city": "the city's board",
    "area": "the board of an area",
    "organization": "the board of an organization",
    "around": "who stands around oneself",
    "place": "my place on each of them (API)",
}
BOARD_SECONDS = 4.0
SLOWEST = 5  # kinds that are named in the note
PLAIN = "bench.limits.plain_settings"


def w3(city: City) -> Iterator[Line]:
    """Find something to do: page and API, logged out and logged in."""
    facts = city.prepare("find")
    limit = plain(city)
    for name, words, least in (
        ("find-out", "HTML, logged out", 400),
        ("find-in", "HTML, logged in", 250),
        ("find-api-out", "API, without a key", 500),
        ("find-api-in", "API, with a key", 0),
    ):
        target = Target(at_least=least, ratio_at_least=0.2) if least else Target()
        run = _measured(city, f"{name}.jsonl", connections=MANY)
        line = line_of(f"W3 {words}", run, limit=limit, limit_name="plain view", target=target)
        kilobytes = run.received_bytes / max(1, run.requests) / 1000
        shares = [f"{kind} {times.p50:.1f}" for kind, times in sorted(run.labels.items())]
        line.notes.append(f"{facts['activities']:,} activities to come; {kilobytes:.1f} kB each")
        line.notes.append(f"p50 in ms by what was asked: {', '.join(shares)}")
        yield line


def w4(city: City) -> Iterator[Line]:
    """Look at the leaderboard, and at one's own place."""
    city.prepare("honor")
    run = _measured(city, "honor-out.jsonl", connections=MANY)
    yield line_of("W4 leaderboard, logged out", run, target=Target(at_least=800))
    run = _measured(city, "honor-in.jsonl", connections=MANY)
    yield line_of("W4 leaderboard, logged in", run, target=Target(at_least=800))
    run = _measured(city, "honor-place.jsonl", connections=1, seconds=3)
    line = line_of("W4 my place (API)", run, target=Target(at_most=5))
    line.value, line.unit = run.times.p50, "ms"
    yield line
    yield from _boards(city)


def _boards(city: City) -> Iterator[Line]:
    """Look at boards of city, areas and organizations, one at a time, by who stands on them."""
    city.prepare("boards")
    for name, words in BOARDS.items():
        run = _measured(city, f"boards-{name}.jsonl", connections=1, seconds=BOARD_SECONDS)
        line = line_of(f"W4 {words}, p95", run, target=Target(at_most=30))
        line.value, line.unit = run.times.p95, "ms"
        ranked = sorted(run.labels.items(), key=lambda pair: -pair[1].p95)
        slow = [f"{kind} {times.p95:.1f}" for kind, times in ranked[:SLOWEST]]
        line.notes.append(f"p95 in ms: {', '.join(slow)}")
        yield line


def w8(city: City) -> Iterator[Line]:
    """Open the office's desk: the first time after a start, and again."""
    city.prepare("desk")
    starts = []
    for _ in range(COLD_STARTS):
        city.stop()
        city.start()
        starts.append(city.load("desk.jsonl", connections=1))
    cold = Line(
        "W8 desk, cold",
        median(run.times.p50 for run in starts),
        unit="ms",
        errors=sum(run.errors for run in starts),
        target=Target(at_most=300),
        notes=["first look after a start: " + ", ".join(_ms(run) for run in starts)],
    )
    yield cold
    run = _measured(city, "desk.jsonl", connections=1, seconds=3)
    line = line_of("W8 desk, warm", run, target=Target(at_most=30))
    line.value, line.unit = run.times.p50, "ms"
    yield line


def _ms(run: Run) -> str:
    return f"{run.times.p50:.0f} ms"


def _measured(city: City, name: str, *, connections: int, seconds: float = SECONDS) -> Run:
    """Let the server get warm, then measure."""
    city.load(name, connections=connections, seconds=WARM_SECONDS)
    return city.load(name, connections=connections, seconds=seconds)


def plain(city: City) -> float:
    """Return how many empty pages the same server answers with the same middleware.

    :raises Stop: when it does not start.
    """
    port = free_port()
    env = variables(city.database.url(city.name), port=port)
    env["DJANGO_SETTINGS_MODULE"] = PLAIN
    command = [str(VOLUNCITY), "serve", "--workers", "2", "--port", str(port)]
    plan.write(city.folder / "plain.jsonl", [Request("/plain/", headers=BROWSER)])
    log = city.folder / "plain.log"
    server = city.family.start(command, env, into=log)
    try:
        until = monotonic() + READY_SECONDS
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            city.family.heed()
            if server.poll() is not None or monotonic() > until:
                said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise Stop(f"The server with the plain view did not start:\n{said}")
        for seconds in (1.0, PLAIN_SECONDS):
            run = load(city, port, "plain.jsonl", connections=MANY, seconds=seconds, deadline=60)
    finally:
        city.family.end(server)
    if run.errors:
        raise Stop(f"The plain view answered wrongly: {run.wrong}")
    return run.rate

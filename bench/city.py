"""The city that is measured: built once, copied for a run, served as a real one is."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from bench.databases import Postgres, Sqlite
from bench.figures import Run
from house import environment
from house.paths import PYTHON, ROOT, VAR, VOLUNCITY
from house.processes import Family
from house.words import Stop, say

FOLDER = VAR / "bench"
KEYS = FOLDER / "keys.json"
STATIC = FOLDER / "static"
WORKERS = "2"
READY_SECONDS = 60
BUILD_SECONDS = 1800
PREPARE_SECONDS = 600
LOOK_SECONDS = 0.25
# A template lies ready for some days: its activities to come are planned over three weeks.
FRESH_SECONDS = 2 * 24 * 60 * 60
RUNNING = "bench_run"
SOURCES = ("**/migrations/*.py", "doors/portal/scale/**/*.py", "kernel/bulk.py")


@dataclass(frozen=True, slots=True)
class Done:
    """A program that ended: what it took."""

    code: int
    seconds: float
    peak_mb: float
    said: str


@dataclass
class City:
    """A copy of the built city, with its server and its worker."""

    family: Family
    database: Postgres | Sqlite
    folder: Path
    port: int
    scale: str
    name: str = RUNNING
    _programs: list[Popen[bytes]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """The environment of a real city on this database."""
        return variables(self.database.url(self.name), port=self.port)

    def start(self) -> None:
        """Serve it, with the worker beside it.

        :raises Stop: when it does not answer in time.
        """
        serve = [str(VOLUNCITY), "serve", "--workers", WORKERS, "--port", str(self.port)]
        for number, command in enumerate(([*serve], [str(VOLUNCITY), "worker"])):
            log = self.folder / ("server.log", "worker.log")[number]
            self._programs.append(self.family.start(command, self.env, into=log))
        until = time.monotonic() + READY_SECONDS
        while not answers(f"http://127.0.0.1:{self.port}/healthz"):
            self.family.heed()
            if self._programs[0].poll() is not None or time.monotonic() > until:
                raise Stop(f"The server did not start:\n{self._log('server.log')}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server and the worker."""
        for program in self._programs:
            self.family.end(program)
        self._programs.clear()

    def _log(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8", errors="replace")[-2000:]

    def prepare(self, what: str, *arguments: str) -> dict[str, int]:
        """Let the city's own code get a workload ready, or look at what became of it.

        Return the numbers that it wrote down; plans of requests lie in the folder.

        :raises Stop: when it fails.
        """
        facts = self.folder / f"{what}.json"
        facts.unlink(missing_ok=True)
        command = [str(PYTHON), "-m", "bench.prepare", what, str(self.folder), str(self.port)]
        done = self.run([*command, *arguments], seconds=PREPARE_SECONDS)
        if done.code:
            raise Stop(f"`bench.prepare {what}` failed:\n{done.said}")
        found: dict[str, int] = json.loads(facts.read_text(encoding="utf-8"))
        return found

    def load(self, plan: str, *, connections: int, seconds: float = 0, deadline: float = 60) -> Run:
        """Drive the server with a plan from the folder.

        :raises Stop: when the generator fails.
        """
        return load(
            self, self.port, plan, connections=connections, seconds=seconds, deadline=deadline
        )

    def voluncity(self, *arguments: str, seconds: float) -> Done:
        """Run a command of the city, at most that long."""
        return self.run([str(VOLUNCITY), *arguments], seconds=seconds)

    def run(self, command: Sequence[str], *, seconds: float) -> Done:
        """Run a program in the city's environment; end it when it takes longer.

        :raises Stop: when it had to be ended.
        """
        return run(self.family, command, self.env, self.folder / "said.log", seconds=seconds)


def run(
    family: Family, command: Sequence[str], env: dict[str, str], log: Path, *, seconds: float
) -> Done:
    """Run a program and note how long it took and how much memory its processes held at once.

    :raises Stop: when it takes longer than `seconds`.
    """
    began = time.perf_counter()
    child = family.start(command, env, into=log)
    peak, look = 0.0, 0.0
    while child.poll() is None:
        family.heed()
        now = time.perf_counter() - began
        if now > look:
            peak, look = max(peak, memory_mb(child.pid)), now + LOOK_SECONDS
        if now > seconds:
            raise Stop(f"`{' '.join(command[:4])} …` took longer than {seconds:.0f} s.")
        time.sleep(0.01)
    took = time.perf_counter() - began
    family.end(child)
    return Done(child.returncode, took, peak, log.read_text(encoding="utf-8", errors="replace"))


def memory_mb(group: int) -> float:
    """Return how much memory the processes of a group hold, what they share counted once."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                total += _own_kb(stat.with_name("smaps_rollup"))
        except (OSError, ValueError, IndexError):
            continue  # it ended in the meantime
    return total / 1000


def _own_kb(rollup: Path) -> int:
    lines = rollup.read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def load(
    city: City, port: int, plan: str, *, connections: int, seconds: float, deadline: float
) -> Run:
    """Drive whatever listens on `port` from another process.

    :raises Stop: when the generator fails.
    """
    out = city.folder / "run.json"
    out.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "bench.load", str(city.folder / plan), "--port", str(port)]
    command += ["--connections", str(connections), "--seconds", str(seconds)]
    command += ["--deadline", str(deadline), "--out", str(out)]
    done = city.run(command, seconds=max(seconds, deadline) + 60)
    if not out.exists():
        raise Stop(f"The load generator failed:\n{done.said}")
    return Run.of(json.loads(out.read_text(encoding="utf-8")))


def answers(url: str) -> bool:
    """Say whether anything answers, be it that it is not well yet."""
    asked = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https"})  # noqa: S310 -- our own loopback address
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(asked, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def variables(url: str, *, port: int = 0, demo: bool = False) -> dict[str, str]:
    """Return the environment of a real city; the demo mode is for building it only."""
    env = environment.variables(
        DATABASE_URL=url,
        VOLUNCITY_HOSTS="127.0.0.1",
        VOLUNCITY_PUBLIC_URL=f"https://127.0.0.1:{port}",
        VOLUNCITY_STATIC=str(STATIC),
        VOLUNCITY_FILES=str(FOLDER / "files"),
        **keys(),
    )
    for name in ("VOLUNCITY_DEMO", "VOLUNCITY_PLAIN_STATIC", "VOLUNCITY_DEBUG"):
        env.pop(name, None)
    for name in ("VOLUNCITY_HTTPS", "VOLUNCITY_IMMEDIATE_JOBS", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    if demo:
        env["VOLUNCITY_DEMO"] = "1"
    return env


def keys() -> dict[str, str]:
    """Return the secrets of the cities here, made once: the rows of a city are sealed with them."""
    if not KEYS.exists():
        KEYS.parent.mkdir(parents=True, exist_ok=True)
        KEYS.touch(mode=0o600)
        made = {
            "VOLUNCITY_SECRET_KEY": secrets.token_urlsafe(48),
            "VOLUNCITY_DATA_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
            "VOLUNCITY_INDEX_KEY": secrets.token_urlsafe(48),
        }
        KEYS.write_text(json.dumps(made), encoding="utf-8")
    found: dict[str, str] = json.loads(KEYS.read_text(encoding="utf-8"))
    return found


def template(family: Family, database: Postgres | Sqlite, scale: str) -> str:
    """Return the name of the city of this scale at rest, building it where it is missing or old.

    :raises Stop: when it cannot be built.
    """
    name = f"city_{scale.replace('.', '_')}"
    stamp = FOLDER / f"{database.kind}-{name}.json"
    source = digest()
    if stamp.exists() and database.exists(name):
        said = json.loads(stamp.read_text(encoding="utf-8"))
        if said["source"] == source and time.time() - said["built"] < FRESH_SECONDS:
            return name
    stamp.unlink(missing_ok=True)
    say(f"Building the city at scale {scale} …")
    seconds = _build(family, database, name, scale)
    size = database.megabytes(name)
    say(f"  built in {seconds:.0f} s, {size:,} MB")
    kept = {"source": source, "built": time.time(), "seconds": round(seconds), "megabytes": size}
    stamp.write_text(json.dumps(kept), encoding="utf-8")
    return name


def _build(family: Family, database: Postgres | Sqlite, name: str, scale: str) -> float:
    """Build a city and return the seconds that the building alone took."""
    database.create(name)
    env = variables(database.url(name), demo=True)
    log = FOLDER / "build.log"
    steps = [["migrate", "--verbosity", "0"], ["load-reference"], ["demo", "--scale", scale]]
    seconds = 0.0
    for step in steps:
        done = run(family, [str(VOLUNCITY), *step], env, log, seconds=BUILD_SECONDS)
        if done.code:
            raise Stop(f"`voluncity {' '.join(step)}` failed:\n{done.said[-3000:]}")
        seconds = done.seconds
    database.settle(name)
    return seconds


def digest() -> str:
    """Return a digest of the code that decides what a built city holds."""
    found = hashlib.sha256()
    package = ROOT / "src" / "voluncity"
    for path in sorted({path for pattern in SOURCES for path in package.glob(pattern)}):
        if "tests" not in path.parts:
            found.update(path.read_bytes())
    return found.hexdigest()


def collect_static(family: Family) -> None:
    """Write the static files as a real city serves them, where they have changed.

    :raises Stop: when that fails.
    """
    stamp, source = FOLDER / "static.sha256", _static_digest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == source:
        return
    STATIC.mkdir(parents=True, exist_ok=True)
    command = [str(VOLUNCITY), "manage", "collectstatic", "--noinput", "--verbosity", "0"]
    env = variables(f"sqlite://{FOLDER / 'none.sqlite3'}")
    done = run(family, command, env, FOLDER / "static.log", seconds=PREPARE_SECONDS)
    if done.code:
        raise Stop(f"collectstatic failed:\n{done.said}")
    stamp.write_text(source, encoding="utf-8")


def _static_digest() -> str:
    """Return a digest of our static files and of the packages that bring others."""
    found = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted((ROOT / "src" / "voluncity").glob("**/static/**/*")):
        if path.is_file():
            found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def free_port() -> int:
    """Return a port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def opened(family: Family, database: Postgres | Sqlite, scale: str, folder: Path) -> Iterator[City]:
    """Give a running copy of the city, and drop it at the end."""
    source = template(family, database, scale)
    collect_static(family)
    database.copy(source, RUNNING)
    city = City(family, database, folder, free_port(), scale)
    try:
        city.start()
        yield city
    finally:
        city.stop()
        database.drop(RUNNING)

"""The city that is measured: built once, copied for a run, served as a real one is."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from bench.building import collect_static, template, variables
from bench.databases import Postgres, Sqlite
from bench.figures import Run
from bench.programs import Done, run
from bench.spent import cpu_seconds
from house.paths import PYTHON, VOLUNCITY
from house.processes import Family
from house.words import Stop

WORKERS = "2"
READY_SECONDS = 60
PREPARE_SECONDS = 600
RUNNING = "bench_run"


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

    def rest(self) -> None:
        """Wait until the worker has caught up.

        :raises Stop: when it does not.
        """
        self.prepare("rest")

    def load(self, plan: str, *, connections: int, seconds: float = 0, deadline: float = 60) -> Run:
        """Drive the server with a plan from the folder.

        :raises Stop: when the generator fails.
        """
        before = self._spent()
        run = load(
            self, self.port, plan, connections=connections, seconds=seconds, deadline=deadline
        )
        run.spent = {who: cpu - before[who] for who, cpu in self._spent().items()}
        return run

    def _spent(self) -> dict[str, float]:
        """Return the CPU seconds of the server, the worker and the database so far."""
        named = dict(zip(("server", "worker"), self._programs, strict=True))
        found = {who: cpu_seconds(program.pid) for who, program in named.items()}
        if isinstance(self.database, Postgres):
            found["database"] = cpu_seconds(self.database.pid)
        return found

    def voluncity(self, *arguments: str, seconds: float) -> Done:
        """Run a command of the city, at most that long."""
        return self.run([str(VOLUNCITY), *arguments], seconds=seconds)

    def run(self, command: Sequence[str], *, seconds: float) -> Done:
        """Run a program in the city's environment; end it when it takes longer.

        :raises Stop: when it had to be ended.
        """
        return run(self.family, command, self.env, self.folder / "said.log", seconds=seconds)


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

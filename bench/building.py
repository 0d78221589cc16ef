"""Build a city once and keep it; a run takes a copy. Secrets and static files are kept too."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time

from bench.databases import Postgres, Sqlite
from bench.programs import run
from house import environment
from house.paths import ROOT, VAR, VOLUNCITY
from house.processes import Family
from house.words import Stop, say

FOLDER = VAR / "bench"
KEYS = FOLDER / "keys.json"
STATIC = FOLDER / "static"
BUILD_SECONDS = 1800
STATIC_SECONDS = 600
# A template lies ready for some days: its activities to come are planned over three weeks.
FRESH_SECONDS = 2 * 24 * 60 * 60
SOURCES = ("**/migrations/*.py", "doors/portal/scale/**/*.py", "kernel/bulk.py")


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
    # A city lives: its first night's work (progress, figures, the board) is done before a run.
    steps = ["migrate --verbosity 0", "load-reference", f"demo --scale {scale}", "worker --once"]
    seconds: dict[str, float] = {}
    for step in steps:
        done = run(family, [str(VOLUNCITY), *step.split()], env, log, seconds=BUILD_SECONDS)
        if done.code:
            raise Stop(f"`voluncity {step}` failed:\n{done.said[-3000:]}")
        seconds[step] = done.seconds
    database.settle(name)
    return seconds[steps[2]]


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
    done = run(family, command, env, FOLDER / "static.log", seconds=STATIC_SECONDS)
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

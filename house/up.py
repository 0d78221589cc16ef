"""Start the demo city: migrate, load it once, serve it, and stop everything together."""

from __future__ import annotations

import os
import secrets
import socket
import time
import urllib.error
import urllib.request
from subprocess import Popen

from house import environment
from house.paths import VAR, VOLUNCITY
from house.processes import Family
from house.words import Stop, say

DEMO_KEY = VAR / "demo-key"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
READY_SECONDS = 60


def up(family: Family, *, host: str, port: int, demo: bool) -> int:
    """Serve the city until somebody asks to stop; return the exit code.

    :raises Stop: when it cannot start, or one of its programs ends by itself.
    """
    environment.ensure(family)
    refuse_busy_port(host, port)
    env = demo_variables(host, port)
    _prepare(family, env, demo=demo)
    family.start([str(VOLUNCITY), "worker"], env)
    server = [str(VOLUNCITY), "serve", "--host", host, "--port", str(port)]
    _wait_until_ready(family, family.start(server, env), host, port)
    _greet(host, port, demo=demo)
    ended = family.wait_for_one_to_end()
    if ended is not None:
        raise Stop("One of the city's programs ended by itself; its last lines are above.")
    say("", "Stopping …  正在停止……")
    return 0


def demo_variables(host: str = "127.0.0.1", port: int = 8000) -> dict[str, str]:
    """Return the environment of the demo city; its key is made once and kept in `var/`."""
    settings = {
        "VOLUNCITY_DEMO": "1",
        "VOLUNCITY_PLAIN_STATIC": "1",
        "VOLUNCITY_SECRET_KEY": _demo_key(),
        "VOLUNCITY_PUBLIC_URL": address(host, port),
    }
    if host not in LOOPBACK:
        settings["VOLUNCITY_HOSTS"] = "*"
    chosen = {name: os.environ.get(name, value) for name, value in settings.items()}
    return environment.variables(**chosen)


def _demo_key() -> str:
    if not DEMO_KEY.exists():
        DEMO_KEY.touch(mode=0o600)
        DEMO_KEY.write_text(secrets.token_urlsafe(48))
    return DEMO_KEY.read_text().strip()


def address(host: str, port: int) -> str:
    """Return the address to open on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{shown}:{port}"


def refuse_busy_port(host: str, port: int) -> None:
    """Look whether the port is free.

    :raises Stop: when another program has it, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise Stop(
                f"Port {port} on {host} cannot be used ({error}). "
                "Choose another one, for example: python3 run.py --port 8123\n"
                f"端口 {port} 不能使用，可能被别的程序占用了。请换一个端口再试。"
            ) from error


def _prepare(family: Family, env: dict[str, str], *, demo: bool) -> None:
    (VAR / "static").mkdir(parents=True, exist_ok=True)  # the server looks for it
    steps = [["migrate"]]
    if demo:
        steps.append(["demo", "--once"])
    for step in steps:
        if family.run([str(VOLUNCITY), *step], env):
            raise Stop(f"`voluncity {' '.join(step)}` failed; see the lines above.")


def _wait_until_ready(family: Family, server: Popen[bytes], host: str, port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while not _answers(f"{address(host, port)}/healthz"):
        family.heed()
        if server.poll() is not None or time.monotonic() > until:
            raise Stop("The server did not start; see the lines above.")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    """Say whether anything answers, be it that it is not well yet."""
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _greet(host: str, port: int, *, demo: bool) -> None:
    say(
        "",
        f"  志愿之城已启动，请打开  Voluncity is running at  {address(host, port)}",
        "  按 Ctrl-C 停止  Press Ctrl-C to stop",
    )
    if demo:
        say("  演示账号列在登录页上  The demo accounts are listed on the login page")
    say("")

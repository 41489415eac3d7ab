"""Starts a whole cluster, part after part, and knows when each is ready."""

import json
import secrets
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localcluster import parts
from localcluster.parts import Home, free_port
from localcluster.state import Part, State


class PartFailed(Exception):
    """A part died or did not become ready; the message holds the end of its log."""


@dataclass(frozen=True)
class Plan:
    servers: int
    workers: int
    spare: int
    scale: str | None
    data: Path | None
    executor_mb: int
    server_mb: int
    conf: dict[str, str]


class Starter:
    """`seconds` is how long a part may take to be ready."""

    def __init__(self, run: Path, home: Home, launcher: Path, state: State, seconds: float):
        self.run, self.home, self.launcher, self.state, self.seconds = run, home, launcher, state, seconds
        self.children: dict[str, subprocess.Popen] = {}
        for folder in ("logs", "conf", "zookeeper", "work"):
            (run / folder).mkdir(parents=True, exist_ok=True)

    def start(self, plan: Plan) -> None:
        zookeeper = f"127.0.0.1:{self._zookeeper()}"
        master, web_port = self._master()
        self._workers(plan, master, web_port)
        self._servers(plan, zookeeper)

    def start_server(self, name: str, conf: dict[str, str]) -> Part:
        """Starts one more server, or a dead one anew on its port; `conf` is for this start alone."""
        dead = self.state.named(name)
        port = int(dead.address.rpartition(":")[2]) if dead else free_port()
        part = self._server(name, port, self._serve(port), conf)
        self._wait(part, lambda: self._answers(part))
        return part

    def end_children(self) -> None:
        """For a start that is given up: a child whose script has not yet become its JVM does not carry the mark."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()

    def _zookeeper(self) -> int:
        port = free_port()
        part = self._spawn("zookeeper", f"127.0.0.1:{port}", parts.zookeeper(self.home, port, self.run / "zookeeper"))
        self._wait(part, lambda: _listens(port))
        return port

    def _master(self) -> tuple[str, int]:
        port, web_port = free_port(), free_port()
        part = self._spawn("master", f"spark://127.0.0.1:{port}", parts.master(self.home, port, web_port))
        self._wait(part, lambda: _listens(port) and _alive_workers(web_port) >= 0)
        return part.address, web_port

    def _workers(self, plan: Plan, master: str, web_port: int) -> None:
        cores = plan.servers + plan.spare
        memory = cores * plan.executor_mb
        started = []
        for number in range(1, plan.workers + 1):
            work = self.run / "work" / f"worker-{number}"
            started.append(self._spawn(f"worker-{number}", master, parts.worker(self.home, master, cores, memory, work)))
        for count, part in enumerate(started, 1):
            self._wait(part, lambda: _alive_workers(web_port) >= count)

    def _servers(self, plan: Plan, zookeeper: str) -> None:
        common = parts.server_properties(self.home, zookeeper, secrets.token_hex(32), plan.workers, plan.executor_mb)
        common |= {"spark.driver.memory": f"{plan.server_mb}m"} | plan.conf
        parts.write_properties(self._common(), common)
        if plan.scale or plan.data:
            self.state.data = str(plan.data or self.run / "data")
        started = []
        for number in range(1, plan.servers + 1):
            port = free_port()
            generates = plan.scale and number == 1
            command = ["demo", "--port", str(port), "--scale", plan.scale, "--data", self.state.data] if generates else self._serve(port)
            started.append(self._server(f"server-{number}", port, command, {}))
            if generates:
                self._wait(started[0], lambda: self._answers(started[0]))  # the others serve what it has generated
        for part in started[1 if plan.scale else 0 :]:
            self._wait(part, lambda: self._answers(part))

    def _serve(self, port: int) -> list[str]:
        return ["serve", "--host", "127.0.0.1", "--port", str(port), *(["--data", self.state.data] if self.state.data else [])]

    def _common(self) -> Path:
        """What all servers have, kept for those that start later."""
        return self.run / "conf" / "servers.properties"

    def _server(self, name: str, port: int, command: list[str], conf: dict[str, str]) -> Part:
        properties = parts.read_properties(self._common()) | conf
        ui = ""
        if properties.get("spark.ui.enabled") == "true":
            port_of_pages = free_port()  # so that they can be found
            properties["spark.ui.port"] = str(port_of_pages)
            ui = f"http://127.0.0.1:{port_of_pages}"
        file = parts.write_properties(self.run / "conf" / f"{name}.properties", properties)
        master = self.state.of("master")[0].address
        return self._spawn(name, f"grpc://127.0.0.1:{port}", parts.server(self.home, name, master, file, command), ui)

    def _spawn(self, name: str, address: str, command: list[str], ui: str = "") -> Part:
        log = self.run / "logs" / f"{name}.log"
        with log.open("ab") as out:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.run,
                env=self.home.environment(name),
                start_new_session=True,  # Ctrl-C at the terminal is for `up`, which then ends all in order
            )
        self.children[name] = child
        part = Part(name, child.pid, address, str(log), ui)
        self.state.put(part)
        self.state.save(self.run)
        return part

    def _wait(self, part: Part, ready: Callable[[], bool]) -> None:
        begin = time.monotonic()
        while not ready():
            for name, child in self.children.items():
                if child.poll() is not None:
                    raise PartFailed(_last_words(name, self.run, f"ended with exit code {child.returncode}"))
            if time.monotonic() - begin > self.seconds:
                raise PartFailed(_last_words(part.name, self.run, f"was not ready after {self.seconds:g} s"))
            time.sleep(0.1)
        print(f"  {part.name:<12} {part.address:<28} ready", flush=True)

    def _answers(self, part: Part) -> bool:
        if not _listens(int(part.address.rpartition(":")[2])):
            return False
        environment = self.home.environment("probe") | {"SPARKFLIGHT_BUNDLE": str(self.home.bundle)}
        probe = [str(self.launcher), "sql", "--uri", part.address, "SELECT 1"]
        done = subprocess.run(probe, env=environment, capture_output=True, text=True, timeout=self.seconds)
        (self.run / "logs" / "probe.log").write_text(done.stdout + done.stderr)
        return done.returncode == 0


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def _alive_workers(web_port: int) -> int:
    """How many workers the master counts; -1 while its page does not answer.

    The master opens the port of its web pages before it attaches the pages: until then it answers 404.
    """
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{web_port}/json/", timeout=5) as page:
            return sum(worker["state"] == "ALIVE" for worker in json.load(page)["workers"])
    except OSError:  # refused, reset, timed out, or an HTTP status that is not 200: all of them mean "not yet"
        return -1


def _last_words(name: str, run: Path, what: str) -> str:
    log = run / "logs" / f"{name}.log"
    lines = log.read_text(errors="replace").splitlines()[-30:]
    return "\n".join([f"{name} {what}. The end of {log}:", *(f"  | {line}" for line in lines)])

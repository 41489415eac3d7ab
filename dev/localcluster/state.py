"""What is known of a cluster between two commands: one JSON file in its run folder."""

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from localcluster.processes import cluster_mark, marked

EXECUTOR_APP = re.compile(r"CoarseGrainedExecutorBackend .*--app-id (\S+)")


@dataclass
class Part:
    """One process of the cluster. `address` is what others reach it by, `ui` a server's Spark pages."""

    name: str
    pid: int
    address: str
    log: str
    ui: str = ""

    @property
    def role(self) -> str:
        return self.name.partition("-")[0]


@dataclass
class State:
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    parts: list[Part] = field(default_factory=list)
    data: str | None = None

    @property
    def mark(self) -> str:
        return cluster_mark(self.id)

    def of(self, role: str) -> list[Part]:
        return [part for part in self.parts if part.role == role]

    def named(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)

    def put(self, part: Part) -> None:
        """A part that was started again takes the place of the dead one."""
        old = self.named(part.name)
        if old:
            self.parts[self.parts.index(old)] = part
        else:
            self.parts.append(part)

    def save(self, run: Path) -> None:
        unfinished = run / "state.json.new"
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n")
        os.replace(unfinished, run / "state.json")

    @staticmethod
    def load(run: Path) -> "State | None":
        try:
            content = json.loads((run / "state.json").read_text())
        except FileNotFoundError:
            return None
        return State(content["id"], [Part(**part) for part in content["parts"]], content["data"])

    def living(self) -> set[int]:
        return {process.pid for process in marked(self.mark)}

    def executors(self) -> list[dict]:
        found = ((process.pid, EXECUTOR_APP.search(process.command)) for process in marked(self.mark))
        return [{"pid": pid, "app": app.group(1)} for pid, app in sorted(found, key=lambda f: f[0]) if app]

    def as_json(self) -> dict:
        """What lives, in the form that tests and tools read."""
        alive = self.living()
        parts = [part for part in self.parts if part.pid in alive]
        address = {part.role: part.address for part in parts}
        return {
            "zookeeper": address.get("zookeeper"),
            "master": address.get("master"),
            "servers": [{"name": p.name, "uri": p.address, "pid": p.pid, "ui": p.ui, "log": p.log} for p in parts if p.role == "server"],
            "workers": [{"pid": p.pid} for p in parts if p.role == "worker"],
            "executors": self.executors(),
        }

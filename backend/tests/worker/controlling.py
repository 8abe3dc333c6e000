"""The test's side: hears where each stage is, holds it there, and starts and kills workers."""

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, text

from scribe.cli.embedded.processes import die_with_parent
from tests import waiting

BACKEND = Path(__file__).parents[2]
# Generous: it ends a hang, and says nothing about speed.
DEADLINE_SECONDS = 150


@dataclass
class Hit:
    """A stage that has come to a point and waits for our word."""

    consultation_id: str
    stage: str
    attempt_no: int
    point: str
    pid: int
    line: socket.socket = field(repr=False)

    def say(self, word: str = "go") -> None:
        with contextlib.suppress(OSError):
            self.line.sendall(word.encode() + b"\n")
        self.line.close()


Rule = Callable[[Hit], str | None]


class Controller:
    """Answers "go" to every stage, but for what the rule says: a word, or "hold" to keep it for `caught`."""

    def __init__(self) -> None:
        self.rule: Rule = lambda _hit: None
        self.caught: queue.Queue[Hit] = queue.Queue()
        self.hits: list[Hit] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def hold_once(self, stage: str, point: str) -> None:
        """Hold the first stage that comes to the point; all else goes on."""
        held = threading.Event()

        def rule(hit: Hit) -> str | None:
            if (hit.stage, hit.point) == (stage, point) and not held.is_set():
                held.set()
                return "hold"
            return None

        self.rule = rule

    def catch(self) -> Hit:
        """The next held stage."""
        return self.caught.get(timeout=DEADLINE_SECONDS)

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._server.accept()
                hit = _heard(line)
                if hit is None:
                    continue
                self.hits.append(hit)
                word = self.rule(hit)
                if word == "hold":
                    self.caught.put(hit)
                else:
                    hit.say(word or "go")


def _heard(line: socket.socket) -> Hit | None:
    """What the stage says; None where its worker was killed between the call and the word."""
    with contextlib.suppress(OSError):
        facts = line.makefile().readline()
        if facts.endswith("\n"):
            return Hit(**json.loads(facts), line=line)
    line.close()
    return None


class Workers:
    """Worker processes of one test."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.env, self._log = env, log
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as sink:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.worker.process"],
                cwd=BACKEND,
                env={**os.environ, **self.env},
                stdout=sink,
                stderr=sink,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it only calls prctl
            )
        self.running.append(worker)
        return worker

    def kill(self, pid: int) -> None:
        worker = next(each for each in self.running if each.pid == pid)
        worker.kill()
        worker.wait()

    @contextlib.contextmanager
    def kept_running(self) -> Iterator[None]:
        """Restart whatever ends, as a supervisor does."""
        done = threading.Event()

        def keep() -> None:
            worker = self.start()
            while not done.is_set():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    worker.wait(0.1)
                    worker = self.start()

        thread = threading.Thread(target=keep)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def stop(self) -> None:
        for worker in self.running:
            with contextlib.suppress(ProcessLookupError):
                worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait()

    @property
    def log(self) -> str:
        return self._log.read_text()


@dataclass
class World:
    """A database, its workers, and who controls them."""

    engine: Engine
    controller: Controller
    workers: Workers

    def results(self, consultation_id: object) -> list[str]:
        """The stages that saved a result, in order; twice where it was saved twice."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                text("SELECT stage FROM stage_results WHERE consultation_id = :id ORDER BY number"),
                {"id": str(consultation_id)},
            )
            return list(rows.scalars())

    def lock_of(self, consultation_id: str) -> str | None:
        """The lock that the consultation's running job holds, if it holds one."""
        with self.engine.begin() as connection:
            statement = "SELECT lock FROM procrastinate_jobs WHERE status = 'doing' AND args->>'consultation_id' = :id"
            return connection.execute(text(statement), {"id": consultation_id}).scalar_one()


def wait_until(check: Callable[[], object], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Look again and again until it holds; a database that is away for a moment is waited for too."""
    waiting.wait_until(check, what, seconds=seconds, passing=(Exception,))

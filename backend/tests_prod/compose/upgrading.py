"""What happens while a site is upgraded: a recording, and requests that are counted."""

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx

from scribe.cli.embedded.sample import AUDIO, Client, Sent, seal
from tests_prod.compose.engine import Engine
from tests_prod.compose.production import Production
from tests_prod.monitoring.recording import begin

# Small ones: there are enough of them for a long upgrade.
SLICE = 1024
# A bad line: a chunk takes longer than a process that is told to end waits for its requests.
_SLOW_SECONDS = 16


@dataclass(frozen=True)
class Attempt:
    """One request, as its sender saw it: an HTTP status, or the name of what went wrong before there was one."""

    kind: str
    begun: float
    ended: float
    outcome: int | str

    @property
    def failed(self) -> bool:
        """No answer, or one that tells of a fault."""
        return not isinstance(self.outcome, int) or self.outcome >= 400


@dataclass
class Ran:
    """An upgrade that ended: what it said, and while which times it said that nginx was away."""

    code: int
    said: str
    away: list[tuple[float, float]]


def upgrade(engine: Engine, site: Production, *words: str, dies_at: str = "") -> Ran:
    """`ops upgrade ...`, to its end, however it ends: by SIGKILL where it says a certain thing."""
    process = engine.start(site.directory / "deploy/compose/ops", "upgrade", *words, cwd=site.directory)
    assert process.stdout
    lines, away = [], []
    for line in process.stdout:
        lines.append(line)
        if dies_at and dies_at in line:
            process.kill()
        if "nginx, which is away" in line:
            away.append((time.monotonic(), float("inf")))
        elif "nginx is back" in line:
            away[-1] = (away[-1][0], time.monotonic())
    return Ran(process.wait(), "".join(lines), away)


@dataclass
class Traffic:
    """People at work while the block lasts, each request on a connection of its own: some ask, some write, one records,
    and two record on bad lines."""

    site: Production
    client: Client
    attempts: list[Attempt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ending = threading.Event()
        self._sent = begin(self.client)
        self._audio = AUDIO.read_bytes()
        self._next = 0
        page = f"/api/consultations/{self._sent.consultation_id}"
        names = {"given_name": "Una", "family_name": "Upgrade"}
        self._threads = [
            threading.Thread(target=each)
            for each in (
                lambda: self._again("page", 0.1, lambda: self._ask("GET", "/")),
                lambda: self._again("read", 0.5, lambda: self._ask("GET", page)),
                lambda: self._again("write", 0.5, lambda: self._ask("POST", "/api/patients", json=names)),
                lambda: self._again("chunk", 1.0, self._send_next),
                *(lambda sent=begin(self.client): self._again("slow", 0.1, self._slowly(sent)) for _ in range(2)),
            )
        ]

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for each in self._threads:
            each.join()

    def close(self) -> int:
        """Send what is left and close the recording, which only works with every chunk; says how many there were."""
        assert self._next < self._count, "the recording was over before the upgrade was"
        while self._next < self._count:
            assert self._send_next() == 200
        hashes = [hashlib.sha256(self._body(number)).hexdigest() for number in range(self._count)]
        seal(self.client, Sent(self._sent.consultation_id, self._sent.recording_id, hashes))
        return self._count

    def failures(self, ran: Ran) -> tuple[list[Attempt], list[Attempt]]:
        """Those while nginx was away, and all others."""
        while_away, others = [], []
        for each in self.attempts:
            if each.failed:
                unreached = isinstance(each.outcome, str)
                then = any(each.begun < end and each.ended > begin for begin, end in ran.away)
                (while_away if unreached and then else others).append(each)
        return while_away, others

    def say(self, ran: Ran) -> str:
        """The figures of it."""
        while_away, others = self.failures(ran)
        gap = max((each.ended for each in while_away), default=0) - min((each.begun for each in while_away), default=0)
        kinds = {each.kind: sum(other.kind == each.kind for other in self.attempts) for each in self.attempts}
        return (
            f"{len(self.attempts)} requests {kinds}: {len(others)} failed, and {len(while_away)} while nginx was away"
            f" (in {gap:.1f} s); {self._next} chunks were sent meanwhile"
        )

    @property
    def _count(self) -> int:
        return -(-len(self._audio) // SLICE)

    def _body(self, number: int) -> bytes:
        return self._audio[number * SLICE :][:SLICE]

    def _ask(self, method: str, path: str, **options: object) -> int:
        headers = {"Origin": self.site.url, "Cookie": self.client._http.headers["Cookie"]}
        answer = httpx.request(method, f"{self.site.url}{path}", headers=headers, timeout=60, **options)  # type: ignore[arg-type]
        return answer.status_code

    def _send_next(self) -> int:
        if self._next >= self._count:
            self._ending.wait()
            return 200
        body = self._body(self._next)
        status = self._put(self._sent, self._next, body, body)
        # As the browser does: the same one again, until it is told that it is kept.
        self._next += status == 200
        return status

    def _slowly(self, sent: Sent) -> Callable[[], int]:
        """One chunk after the other of a recording, a byte a second."""
        # The first says what kind of audio it is, and these are none.
        numbers = itertools.count(1)
        body = bytes(range(_SLOW_SECONDS))

        def trickle() -> Iterator[bytes]:
            for byte in body:
                yield bytes([byte])
                time.sleep(1)

        return lambda: self._put(sent, next(numbers), body, trickle())

    def _put(self, sent: Sent, number: int, body: bytes, content: bytes | Iterator[bytes]) -> int:
        headers = {
            "Origin": self.site.url,
            "Cookie": self.client._http.headers["Cookie"],
            "X-Chunk-SHA256": hashlib.sha256(body).hexdigest(),
            "Content-Length": str(len(body)),
        }
        path = f"/api/recordings/{sent.recording_id}/segments/0/chunks/{number}"
        return httpx.put(f"{self.site.url}{path}", content=content, headers=headers, timeout=60).status_code

    def _again(self, kind: str, pause: float, do: Callable[[], int]) -> None:
        while not self._ending.wait(pause):
            begun = time.monotonic()
            try:
                outcome: int | str = do()
            except httpx.TransportError as error:
                outcome = type(error).__name__
            self.attempts.append(Attempt(kind, begun, time.monotonic(), outcome))


def make_image(engine: Engine, tag: str, text: str, context: Path, **files: str) -> str:
    """An image of a version to come: `text` is its Dockerfile."""
    context.mkdir(parents=True)
    for name, content in files.items():
        (context / f"{name}.py").write_text(content)
    (context / "Dockerfile").write_text(text)
    engine.run("docker", "build", "--network", "none", "--quiet", "--tag", tag, context)
    return tag

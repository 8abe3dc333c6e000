"""The emulator as tests use it: a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

_BACKEND = Path(__file__).parents[3]
# Arguments of an emulator that hears whistled words (`hearing.whistles`), and is quick.
WHISTLES = ("--listening", "tests.emulators.assemblyai.hearing.whistles:hear")


class Emulator:
    """`with Emulator() as emulator:` ... `emulator.url`, `ws_url`, `llm_url`, `key`."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self.url = self.ws_url = self.llm_url = self.key = ""
        # With "--tls": the same server as "localhost:port" over TLS, and the certificate to trust.
        self.tls_host = self.certificate = ""

    def start(self) -> Self:
        """Start it, and wait until it listens."""
        command = [sys.executable, "-m", "tests.emulators.assemblyai", "--until-stdin-closes", *self._arguments]
        self._process = subprocess.Popen(
            command, cwd=_BACKEND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the emulator ended with status {self._process.wait()}; it says why above")
        addresses = json.loads(line)
        self.url, self.ws_url, self.llm_url = addresses["url"], addresses["ws_url"], addresses["llm_url"]
        self.key = addresses["keys"][0]
        self.tls_host, self.certificate = addresses.get("tls_host", ""), addresses.get("certificate", "")
        self._http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
        return self

    def stop(self) -> None:
        """End it."""
        if self._process is None:
            return
        self._http.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def script(self, *rules: dict[str, Any]) -> None:
        """Add rules: script({"on": "upload", "do": "rate_limited"}, ...)."""
        self._call("POST", "rules", list(rules))

    def rules(self) -> list[dict[str, Any]]:
        """The rules, each with how often it was seen and played."""
        found: list[dict[str, Any]] = self._call("GET", "rules")
        return found

    def chaos(self, seed: int, rates: dict[str, dict[str, float]] | None = None) -> None:
        """Random faults, the same for the same seed; without rates, those of `scripting.chaos`."""
        self._call("POST", "chaos", {"seed": seed, "rates": rates})

    def end_chaos(self) -> dict[str, Any]:
        """No more of them; what was played comes back."""
        played: dict[str, Any] = self._call("GET", "chaos")
        self._call("DELETE", "chaos")
        return played

    def refer(self, **reference: Any) -> None:
        """Say what is in audio: refer(sha256=..., words=[...], duration_ms=...)."""
        self._call("POST", "references", reference)

    def put_key(self, key: str, **facts: Any) -> None:
        """A further project, or a change of one: balance=-1, account="x", revoked=True."""
        self._call("POST", "keys", {"key": key, **facts})

    def set(self, **options: Any) -> None:
        """Change options while it runs."""
        self._call("POST", "options", options)

    def uploads(self) -> list[dict[str, Any]]:
        """Every upload."""
        found: list[dict[str, Any]] = self._call("GET", "uploads")
        return found

    def jobs(self) -> list[dict[str, Any]]:
        """Every transcript."""
        found: list[dict[str, Any]] = self._call("GET", "jobs")
        return found

    def sessions(self) -> list[dict[str, Any]]:
        """Every stream that was opened."""
        found: list[dict[str, Any]] = self._call("GET", "sessions")
        return found

    def chats(self) -> list[dict[str, Any]]:
        """Every chat that the gateway answered."""
        found: list[dict[str, Any]] = self._call("GET", "chats")
        return found

    def requests(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Every call, or those of a kind."""
        found: list[dict[str, Any]] = self._call("GET", "requests")
        return [request for request in found if kind in (None, request["kind"])]

    def settled(self, transcript_id: str) -> dict[str, Any]:
        """The job, when it has ended and its last webhook has gone out."""
        found: dict[str, Any] = self._call("GET", f"jobs/{transcript_id}/settled")
        return found

    def settled_sessions(self) -> list[dict[str, Any]]:
        """Every stream, when none is open any more."""
        found: list[dict[str, Any]] = self._call("GET", "sessions/settled")
        return found

    def release(self, transcript_id: str) -> None:
        """Let a job go on that waits."""
        self._call("POST", f"jobs/{transcript_id}/release")

    def send_webhook(self, transcript_id: str, **delivery: Any) -> None:
        """One more webhook of a job: late, doubled, forged."""
        self._call("POST", f"jobs/{transcript_id}/webhook", delivery)

    def reset(self) -> None:
        """As it was at the start."""
        self._call("POST", "reset")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, f"/_emulator/{path}", json=body)
        if answer.status_code != 200:
            raise ValueError(answer.text)
        return answer.json()

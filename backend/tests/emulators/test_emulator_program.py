"""The emulator as a program: where it listens, what it holds, how it ends."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.emulators.assemblyai.program import Emulator

BACKEND = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.emulators.assemblyai", "--port", "0"]


def test_it_prints_one_line_with_its_addresses_and_serves_until_it_is_asked_to_stop() -> None:
    with subprocess.Popen([*COMMAND, "--key", "a", "--key", "b"], cwd=BACKEND, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        addresses = json.loads(program.stdout.readline())

        answers = [
            httpx.get(addresses["url"] + "/v2/transcript", headers={"authorization": key}, trust_env=False)
            for key in ("a", "b", "emulator-key")
        ]
        program.terminate()

    assert [answer.status_code for answer in answers] == [200, 200, 401]
    assert addresses["ws_url"].startswith("ws://127.0.0.1:")
    assert program.returncode == 0


def test_it_listens_on_this_machine_only() -> None:
    ended = subprocess.run(
        [*COMMAND, "--host", "0.0.0.0"], cwd=BACKEND, capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode != 0
    assert "loopback only" in ended.stderr


def test_what_was_uploaded_is_gone_when_it_ends() -> None:
    emulator = Emulator("--tls").start()
    directory = Path(emulator.certificate).parent
    httpx.post(emulator.url + "/v2/upload", content=b"x", headers={"authorization": emulator.key}, trust_env=False)
    assert len(list(directory.iterdir())) == 2

    emulator.stop()

    assert not directory.exists()


def test_an_upload_of_200_mb_is_not_held_in_memory() -> None:
    block = bytes(1024 * 1024)

    def body() -> Iterator[bytes]:
        for _ in range(200):
            yield block

    with Emulator() as emulator:
        assert emulator._process is not None
        program = psutil.Process(emulator._process.pid)
        before = program.memory_info().rss

        headers = {"authorization": emulator.key}
        httpx.post(emulator.url + "/v2/upload", content=body(), headers=headers, timeout=120, trust_env=False)

        assert emulator.uploads()[0]["size"] == 200 * 1024 * 1024
        assert program.memory_info().rss - before < 40 * 1024 * 1024


def test_reset_forgets_all_but_how_it_was_started(emulator: Emulator, http: httpx.Client) -> None:
    emulator.put_key("another")
    emulator.set(concurrency=1)
    emulator.script({"on": "list", "do": "server_error"})
    http.post("/v2/upload", content=b"x")

    emulator.reset()

    assert emulator.uploads() == emulator.rules() == emulator.jobs() == emulator.requests() == []
    assert http.get("/v2/transcript", headers={"authorization": "another"}).status_code == 401
    assert http.get("/v2/transcript").status_code == 200
    assert http.get("/_emulator").json()["options"]["concurrency"] == 200


def test_an_option_that_there_is_not_is_refused(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="no option"):
        emulator.set(concurency=1)

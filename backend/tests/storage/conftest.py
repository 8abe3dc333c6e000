"""A real S3 server (SeaweedFS), and one store of each kind."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from scribe.cli.embedded.processes import die_with_parent
from scribe.core.ids import new_id
from scribe.core.settings import StorageSettings
from scribe.storage.base import ObjectStore, StoreUnavailable
from scribe.storage.factory import make_store

ACCESS_KEY, SECRET_KEY = "scribe-tests", "scribe-tests-secret"


class Seaweed:
    """One SeaweedFS server on ports of its own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._ports = dict(zip(("master", "volume", "filer", "s3"), _free_pairs(4), strict=True))
        self._process: subprocess.Popen[bytes] | None = None
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (root / "s3.json").write_text(json.dumps({"identities": [identity]}))
        (root / "data").mkdir()

    def settings(self, **changes: object) -> StorageSettings:
        values: dict[str, object] = {
            "storage_backend": "s3",
            "s3_bucket": "audio",
            "s3_endpoint_url": f"http://127.0.0.1:{self._ports['s3']}",
            "s3_access_key_id": SecretStr(ACCESS_KEY),
            "s3_secret_access_key": SecretStr(SECRET_KEY),
            "s3_force_path_style": True,
        }
        return StorageSettings(**(values | changes))

    def start(self) -> None:
        command = [
            "weed", "server", f"-dir={self._root / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-master.port={self._ports['master']}", f"-volume.port={self._ports['volume']}",
            "-filer", f"-filer.port={self._ports['filer']}", "-s3", f"-s3.port={self._ports['s3']}",
            "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={self._root / 's3.json'}", "-volume.max=0",
            "-master.volumeSizeLimitMB=256", "-master.telemetry=false",
        ]  # fmt: skip
        venv = Path(os.sys.executable).parent
        with (self._root / "weed.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={**os.environ, "PATH": f"{venv}:{os.environ['PATH']}", "WEED_S3_SSE_KEK": "ab" * 32},
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one prctl, no locks
                start_new_session=True,
            )
        self._wait()

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing is said goodbye to."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self._ports['s3']}/healthz", timeout=2).close()
                break
            time.sleep(0.2)
        store = make_store(self.settings())
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            with contextlib.suppress(StoreUnavailable):
                self._make_bucket(store)
                store.check()
                return
            time.sleep(0.3)
        raise RuntimeError((self._root / "weed.log").read_text()[-3000:])

    @staticmethod
    def _make_bucket(store: ObjectStore) -> None:
        client = store._client  # type: ignore[attr-defined]
        with contextlib.suppress(Exception):
            client.create_bucket(Bucket="audio")


def _free_pairs(count: int) -> list[int]:
    """Ports that are free, and whose number plus 10,000 (SeaweedFS' gRPC) is free too."""
    found: list[int] = []
    with contextlib.ExitStack() as stack:
        for port in range(21000 + os.getpid() % 4000, 32000):
            try:
                for number in (port, port + 10_000):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
            found.append(port)
            if len(found) == count:
                break
    return found


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Seaweed]:
    with tempfile.TemporaryDirectory(prefix="scribe-test-s3-") as directory:
        server = Seaweed(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture(params=["filesystem", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "filesystem":
        return make_store(StorageSettings(storage_root=tmp_path / "objects"))
    seaweed: Seaweed = request.getfixturevalue("seaweed")
    return make_store(seaweed.settings())


@pytest.fixture
def key() -> Callable[[str], str]:
    """Keys of this test's own: the S3 server is shared."""
    prefix = new_id().hex
    return lambda name: f"{prefix}/{name}"

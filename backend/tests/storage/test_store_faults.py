"""What a store does when what is below it fails."""

import errno
import os
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from scribe.core.settings import StorageSettings
from scribe.storage.base import ObjectMissing, StoreUnavailable
from scribe.storage.factory import make_store
from scribe.storage.filesystem import FilesystemStore
from tests.storage.conftest import Seaweed


def errors_told(store: str) -> float:
    """How many errors Prometheus is told of."""
    told = REGISTRY.get_sample_value("scribe_storage_errors_total", {"store": store})
    assert told is not None
    return told


def test_a_full_disk_is_said_and_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FilesystemStore(tmp_path)
    store.put("a/b", b"old")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    before = errors_told("filesystem")
    with pytest.raises(StoreUnavailable):
        store.put("a/b", b"new")
    with pytest.raises(StoreUnavailable):
        store.check()
    monkeypatch.undo()

    assert errors_told("filesystem") == before + 2

    assert store.get("a/b") == b"old"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_a_put_is_on_the_disk_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        kind = "directory" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file"  # noqa: PTH112
        steps.append(f"sync {kind}")
        fsync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    store = FilesystemStore(tmp_path)
    store.put("a/first", b"-")
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)

    store.put("a/b", b"body")

    assert steps == ["sync file", "rename", "sync directory"]


def test_a_root_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StoreUnavailable):
        FilesystemStore(tmp_path / "file" / "objects").check()


@pytest.mark.parametrize(
    "wrong",
    [
        {"s3_secret_access_key": SecretStr("wrong")},
        {"s3_access_key_id": SecretStr("wrong")},
        {"s3_bucket": "no-such-bucket"},
    ],
)
def test_wrong_credentials_or_bucket_are_never_taken_for_a_missing_object(
    seaweed: Seaweed, wrong: dict[str, object]
) -> None:
    store = make_store(seaweed.settings(**wrong))
    before = errors_told("s3")

    for use in (store.size, store.get, lambda key: list(store.keys(key))):
        with pytest.raises(StoreUnavailable):
            use("a")
    with pytest.raises(StoreUnavailable):
        make_store(seaweed.settings(**(wrong | {"s3_secret_access_key": SecretStr("wrong")}))).put("a", b"x")

    assert errors_told("s3") == before + 4


def test_a_server_that_is_not_there_is_said() -> None:
    store = make_store(
        StorageSettings(
            storage_backend="s3",
            s3_bucket="audio",
            s3_endpoint_url="http://127.0.0.1:9",
            s3_access_key_id=SecretStr("a"),
            s3_secret_access_key=SecretStr("b"),
        )
    )

    before = errors_told("s3")

    with pytest.raises(StoreUnavailable):
        store.put("a", b"x")
    with pytest.raises(StoreUnavailable):
        store.get("a")

    assert errors_told("s3") == before + 2


def test_what_was_acknowledged_survives_kill_9_of_the_server(tmp_path: Path) -> None:
    server = Seaweed(tmp_path)
    server.start()
    try:
        store = make_store(server.settings())
        bodies = {f"kept/{number}": os.urandom(20_000) for number in range(60)}
        for key, body in bodies.items():
            store.put(key, body)

        server.kill()
        with pytest.raises(StoreUnavailable):
            store.get("kept/0")
        server.start()

        assert {key: store.get(key) for key in bodies} == bodies
        with pytest.raises(ObjectMissing):
            store.get("kept/none")
    finally:
        server.kill()

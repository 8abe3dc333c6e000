"""The data directory of the embedded Scribe: one user of it at a time, and plain words for what is wrong."""

import json
import shutil
import socket
import stat
from pathlib import Path

import pytest

from scribe.cli import demo
from scribe.cli.embedded import home as homes
from scribe.cli.embedded import people
from scribe.cli.embedded.supervisor import StartFailed


def test_a_home_in_use_is_refused(tmp_path: Path) -> None:
    lock = homes.open_home(tmp_path)

    with pytest.raises(homes.HomeUnusable, match="already runs"):
        homes.open_home(tmp_path)

    lock.close()
    homes.open_home(tmp_path).close()


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=5 * 1024**2)
    monkeypatch.setattr(homes.shutil, "disk_usage", lambda _path: full)

    with pytest.raises(homes.HomeUnusable, match="Only 5 MB are free"):
        homes.open_home(tmp_path)


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first = homes.load_secrets(tmp_path)

    assert homes.load_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_every_home_has_passwords_of_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()

    passwords = [person.password for home in (one, other) for person in people.load_people(home)]

    assert len(set(passwords)) == len(passwords) == 6
    assert min(map(len, passwords)) >= 15
    assert people.load_people(one) == people.load_people(one)
    assert "password" in json.loads((one / "sign-ins.json").read_text())[0]


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(StartFailed, match=f"Port {port} is taken"):
            demo._refuse_taken_port(port)


def test_a_checkout_that_others_cannot_enter_keeps_its_data_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.delenv("SCRIBE_HOME", raising=False)
    monkeypatch.setattr(homes, "REPOSITORY", closed)
    monkeypatch.setattr(homes.os, "geteuid", lambda: 0)

    assert homes.default_home().is_relative_to("/var/lib/scribe")

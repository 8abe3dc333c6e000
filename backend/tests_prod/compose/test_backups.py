"""The backup services of the real compose file, and the ways back that restore.md tells an operator, word by word."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from scribe.cli.embedded.sample import AUDIO, Client, Sent, make_sample
from scribe.core.ids import new_id
from tests_prod.compose.backed import PROFILE, SCRIBE, STATUS, Backed, backing, installed
from tests_prod.compose.engine import Engine
from tests_prod.compose.pages import typed
from tests_prod.monitoring.recording import begin

pytestmark = pytest.mark.timeout(2400)
SHELL = typed("restore.md", "In a shell")[0]
# What begins like a recording: each segment of the running one.
PIECE = AUDIO.read_bytes()[:4096]
RECORDED_SECONDS = 20
# The schema of the version before.
DOWN = """
import os
from pathlib import Path
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
config = Config("/app/alembic.ini")
config.attributes["url"] = Path(os.environ["DATABASE_OWNER_URL_FILE"]).read_text().strip()
command.downgrade(config, "-1")
scripts = ScriptDirectory.from_config(config)
print(scripts.get_revision(scripts.get_current_head()).down_revision)
"""


@pytest.fixture(scope="module")
def backed(engine: Engine) -> Iterator[Backed]:
    with backing(engine) as found:
        yield found


@pytest.fixture(scope="module")
def drafted(backed: Backed) -> str:
    """A consultation that went all its way to a note."""
    return make_sample(backed.site.url, backed.doctor, new_id(), seconds=900)


def test_the_service_is_as_bounded_as_the_others_and_well(backed: Backed) -> None:
    (found,) = backed.site.containers("backup")
    (role,) = backed.site.containers("backup-role")

    assert found["State"]["Health"]["Status"] == "healthy"
    assert found["Config"]["User"] == str(SCRIBE)
    assert found["HostConfig"]["ReadonlyRootfs"]
    assert found["HostConfig"]["CapDrop"] == ["ALL"]
    assert role["State"]["ExitCode"] == 0


def test_a_drill_in_the_container_passes_and_the_figures_tell_of_it(backed: Backed, drafted: str) -> None:
    before = datetime.now(UTC)
    backed.wait_for("audio", "wal")

    # Not any moment of the last day, as the service's own: the clinic is minutes old.
    report = backed.drill("--at", before.isoformat())

    assert {each["name"] for each in report["checks"]} == {
        "migrations", "promises", "audit_chains", "recordings", "sign_in"
    }  # fmt: skip
    key = backed.scribe("ops", "backup", "list").split("signed with ")[1].split()[0]
    drilled = str(STATUS.with_name("drill.json"))
    assert "Genuine." in backed.scribe("ops", "verify", "--report", drilled, "--signed-by", key)
    assert "All whole." in backed.scribe("ops", "verify", "--all")
    # As docs/operations/monitoring.md says: the API of a site that is watched tells it.
    backed.site.compose("-f", "docker-compose.monitoring.yml", "up", "-d", "--wait", "--no-deps", "backend")
    told = backed.site.figures("scribe_backup_")
    print(f"\nDrill: {report['total_seconds']} s, of {report['seconds']}; {told}")
    assert told["scribe_backup_drill_last_success_timestamp_seconds"] > before.timestamp()
    for kind in ("full", "wal", "audio", "keys"):
        assert told[f'scribe_backup_last_success_timestamp_seconds{{kind="{kind}"}}'] > 0


def test_a_moment_before_a_mistake_comes_back_on_the_same_server(backed: Backed) -> None:
    client = Client(backed.site.url, backed.doctor)
    good = begin(client)
    backed.wait_for("wal")
    moment = datetime.now(UTC)
    mistaken = begin(client)
    backed.wait_for("wal")

    go_back(backed, moment)

    client = Client(backed.site.url, backed.doctor)
    client.call("GET", f"/api/consultations/{good.consultation_id}")
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        client.call("GET", f"/api/consultations/{mistaken.consultation_id}")
    # Its new timeline is backed up, too.
    backed.wait_for("full", since=moment)
    backed.wait_for("wal")
    assert "All whole." in backed.scribe("ops", "verify")


def test_a_backup_of_an_older_schema_comes_up_in_this_version(backed: Backed) -> None:
    """As yesterday's does after an upgrade: what is restored is migrated before anything else runs."""
    consultation = begin(Client(backed.site.url, backed.doctor)).consultation_id
    backed.site.compose("stop", "backend", "worker")
    older = backed.site.compose("run", "--rm", "-T", "--entrypoint", "python", "migrate", "-c", DOWN).split()[-1]
    backed.wait_for("wal")
    moment = datetime.now(UTC)
    backed.wait_for("wal")

    go_back(backed, moment)

    found = Client(backed.site.url, backed.doctor).call("GET", f"/api/consultations/{consultation}")
    assert found["status"] == "recording"
    backed.wait_for("full", since=moment)
    backed.wait_for("audio", "wal")
    drilled = backed.drill("--at", moment.isoformat())
    [migrations] = [each["found"] for each in drilled["checks"] if each["name"] == "migrations"]
    assert migrations["restored"] == older != migrations["now"]


def test_a_dump_fills_an_empty_database(backed: Backed) -> None:
    consultation = begin(Client(backed.site.url, backed.doctor)).consultation_id
    backed.scribe("ops", "backup", "dump")

    empty, fill, start = typed("restore.md", "From a dump")
    backed.site.type(f"{SHELL} compose down; docker volume rm scribe_postgres-data")
    for script in (empty, fill):
        backed.site.type(SHELL + script)
    backed.use(backed.repository.with_name("of-the-dump"))
    started = datetime.now(UTC)
    backed.site.type(SHELL + start)

    found = Client(backed.site.url, backed.doctor).call("GET", f"/api/consultations/{consultation}")
    assert found["status"] == "recording"
    assert "whole" in backed.site.compose("run", "--rm", "-T", "backend", "audit", "verify")
    backed.wait_for("full", since=started)
    assert "1 sets" in backed.scribe("ops", "backup", "list")


def go_back(backed: Backed, moment: datetime) -> None:
    """All that the page says of it, to its end."""
    stop, restore, start = typed("restore.md", "To a moment, on this server")
    for script in (stop, restore.replace("2026-11-27T14:05:00+01:00", moment.isoformat()), start):
        backed.site.type(SHELL + script)
    backed.site.type("docker volume rm scribe_kept")


@dataclass
class Lost:
    """What a doctor did before the server was lost."""

    consultation_id: str
    signed_at: str
    audio: bytes
    running: Sent
    # When each piece of the running recording was acknowledged.
    acknowledged: list[float]
    at: float


def test_a_lost_server_comes_back_on_a_bare_one(
    engine: Engine, backed: Backed, drafted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = work_until_lost(backed, drafted)

    with installed(engine, backed.repository) as bare:
        began = time.monotonic()
        for script in typed("restore.md", "On a bare server"):
            said = bare.type(SHELL + script, answer=backed.recovery_key)
        client = Client(bare.url, backed.doctor)
        seconds = time.monotonic() - began

        assert "whole" in said
        note = client.call("GET", f"/api/consultations/{lost.consultation_id}/note")
        assert note["signature"]["signed_at"] == lost.signed_at
        assert listened(client, lost.consultation_id) == lost.audio
        # What was committed last is missing, and nothing in between.
        found = client.call("GET", f"/api/recordings/{lost.running.recording_id}")["stored"]
        kept = len(found)
        assert [each["segment"] for each in found] == list(range(kept))
        behind = lost.at - lost.acknowledged[kept] if kept < len(lost.acknowledged) else 0.0
        with capsys.disabled():
            print(
                f"\nRTO: {seconds:.0f} s from the first command of the page to a doctor's sign-in. RPO: the last"
                f" {behind:.1f} s of {lost.at - lost.acknowledged[0]:.0f} s recorded"
                f" ({len(lost.acknowledged) - kept} of {len(lost.acknowledged)} acknowledged pieces)."
            )
        close_as_the_browser_does(client, lost)


def work_until_lost(backed: Backed, consultation: str) -> Lost:
    """Its note is signed and backed up; then a recording runs until the server is gone, its disks with it."""
    site, client = backed.site, Client(backed.site.url, backed.doctor)
    path = f"/api/consultations/{consultation}/note"
    shown = {"If-Match": client._http.get(path).headers["ETag"]}
    note = client.call("POST", f"{path}/sign", json={"acknowledge_open_items": True}, headers=shown)
    audio = listened(client, consultation)
    backed.wait_for("audio", "wal")
    running = begin(client)
    acknowledged: list[float] = []
    until = time.monotonic() + RECORDED_SECONDS
    while time.monotonic() < until:
        put_piece(client, running, len(acknowledged))
        acknowledged.append(time.time())
        # As fast as a browser sends, about.
        time.sleep(0.1)
    at = time.time()
    site.compose(*PROFILE, "kill", "backup", "postgres")
    site.compose(*PROFILE, "down", "--volumes", "--timeout", "1")
    return Lost(consultation, note["signature"]["signed_at"], audio, running, acknowledged, at)


def put_piece(client: Client, sent: Sent, segment: int) -> None:
    path = f"/api/recordings/{sent.recording_id}/segments/{segment}/chunks/0"
    client.call("PUT", path, content=PIECE, headers={"X-Chunk-SHA256": hashlib.sha256(PIECE).hexdigest()})


def close_as_the_browser_does(client: Client, lost: Lost) -> None:
    """It still has every piece, and sends again what the server says it lacks until the recording is closed."""
    path = f"/api/recordings/{lost.running.recording_id}/seal"
    digest = hashlib.sha256(PIECE).hexdigest()
    body = {"segments": [{"segment": number, "chunks": [digest]} for number in range(len(lost.acknowledged))]}
    for _ in range(3):
        try:
            client.call("POST", path, json=body)
        except httpx.HTTPStatusError as refused:
            for segment, _number in refused.response.json()["details"]["missing"]:
                put_piece(client, lost.running, segment)
        else:
            return
    raise AssertionError("the recording does not close")


def listened(client: Client, consultation: str) -> bytes:
    """All of the consultation's audio."""
    recording = client.call("GET", f"/api/consultations/{consultation}")["recording_id"]
    answer = client._http.get(f"/api/recordings/{recording}/audio")
    answer.raise_for_status()
    return answer.content

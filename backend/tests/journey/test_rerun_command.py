"""An operator runs each stage of a real, ready consultation again, by the command."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from scribe.cli.embedded.sample import Client, upload
from tests.journey import steps
from tests.journey.product import BACKEND, Product
from tests.journey.sounds import beginning
from tests.worker.controlling import wait_until


@dataclass(frozen=True)
class Made:
    """What the stages have made so far."""

    audio_key: str
    transcripts: int
    drafts: int


@pytest.fixture(scope="module")
def client(product: Product) -> Client:
    return steps.client_of(product, "Novak")


@pytest.fixture(scope="module")
def consultation_id(product: Product, client: Client) -> str:
    """A consultation whose note is drafted."""
    patient = {"given_name": "Run", "family_name": "Again"}
    found = upload(client, beginning("ogg", 15), patient=patient, template_key="soap")
    wait_until_ready(product, found)
    return found


def look(product: Product, statement: str, consultation_id: str) -> "tuple[object, ...]":
    """A row about the consultation, past the service and its limits."""
    with product.superuser() as connection:
        cursor = connection.cursor()
        cursor.execute(statement, {"id": consultation_id})
        return cursor.fetchone()


def wait_until_ready(product: Product, consultation_id: str) -> None:
    status = "SELECT status FROM consultations WHERE id = %(id)s"
    wait_until(lambda: look(product, status, consultation_id) == ("ready",), "the consultation is ready")


def rerun(product: Product, consultation_id: str, stage: str) -> str:
    """What the command says, run with the service's settings."""
    done = subprocess.run(
        [sys.executable, "-m", "scribe.cli", "pipeline", "rerun", consultation_id, stage],
        cwd=BACKEND,
        env=product.child("scribe.cli", "serve").environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def made(product: Product, consultation_id: str) -> Made:
    return Made(
        *look(
            product,
            "SELECT (SELECT audio_key FROM recordings WHERE consultation_id = %(id)s),"
            " (SELECT count(*) FROM transcripts WHERE consultation_id = %(id)s),"
            " (SELECT count(*) FROM note_versions v JOIN notes n ON n.id = v.note_id WHERE n.consultation_id = %(id)s)",
            consultation_id,
        )
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "new_audio", "new_transcripts"),
    # The same words get the same roles again, which is no new version.
    [("assemble", True, 2), ("transcribe", False, 2), ("roles", False, 0), ("draft", False, 0)],
)
def test_a_stage_that_is_run_again_makes_its_result_and_those_after_it_anew(
    product: Product, consultation_id: str, stage: str, *, new_audio: bool, new_transcripts: int
) -> None:
    before = made(product, consultation_id)

    rerun(product, consultation_id, stage)

    wait_until_ready(product, consultation_id)
    after = made(product, consultation_id)
    assert (after.audio_key != before.audio_key) == new_audio
    assert after.transcripts == before.transcripts + new_transcripts
    assert after.drafts == before.drafts + 1


@pytest.mark.slow
def test_a_persons_words_in_the_note_outlive_a_rerun(product: Product, client: Client, consultation_id: str) -> None:
    path = f"/api/consultations/{consultation_id}/note"
    version = client.call("GET", path)["version"]
    client.call("PUT", f"{path}/sections/plan", json={"text": "Rest."}, headers={"If-Match": f'"{version}"'})

    said = rerun(product, consultation_id, "transcribe")

    wait_until_ready(product, consultation_id)
    note = client.call("GET", path)
    assert (note["version"], note["source"]) == (version + 1, "human")
    assert "stays as it is" in said

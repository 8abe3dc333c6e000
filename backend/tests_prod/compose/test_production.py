"""The real compose file, with a real engine: up, through a consultation, and through the death of each service."""

import hashlib
import time

import httpx
import pytest

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import AUDIO, Client, Sent, make_sample, seal
from scribe.core.ids import new_id
from tests_prod.compose.production import Production
from tests_prod.monitoring.recording import SLICE, begin, put

pytestmark = pytest.mark.timeout(1800)
STAYING = ("postgres", "redis", "backend", "worker", "nginx")


def test_it_comes_up_healthy_and_with_nothing_more_than_it_needs(production: Production) -> None:
    for service in STAYING:
        (found,) = production.containers(service)
        assert found["State"]["Health"]["Status"] == "healthy"
        assert found["Config"]["User"].partition(":")[0] not in {"", "0", "root"}
        assert found["HostConfig"]["ReadonlyRootfs"]
        assert found["HostConfig"]["CapDrop"] == ["ALL"]
        assert found["HostConfig"]["Memory"] > 0
        published = [each for each in found["NetworkSettings"]["Ports"].values() if each]
        assert bool(published) is (service == "nginx")
    assert production.health()["status"] == "healthy"


def test_preflight_agrees_with_the_site_that_runs(production: Production) -> None:
    said = production.ops("preflight", "--docker-version", "28.1.0", "--compose-version", "2.35.1")

    assert "WRONG" not in said
    assert "self-signed" in said


def test_a_consultation_goes_from_recording_to_draft_through_nginx(production: Production, doctor: Person) -> None:
    consultation = make_sample(production.url, doctor, new_id(), seconds=900)

    note = Client(production.url, doctor).call("GET", f"/api/consultations/{consultation}/note")
    assert [section for section in note["sections"] if section["sentences"]]


@pytest.mark.parametrize("service", STAYING)
def test_nothing_acknowledged_is_lost_when_a_service_dies(production: Production, doctor: Person, service: str) -> None:
    client = Client(production.url, doctor)
    sent = begin(client)
    before = production.containers(service)[0]["RestartCount"]
    audio = AUDIO.read_bytes()
    count = min(12, -(-len(audio) // SLICE))

    for number in range(count):
        if number == count // 2:
            production.kill(service)
        put_until_acknowledged(client, sent, number)
    production.wait_until_restarted(service, before)

    # Only what is stored, read again and hashed, closes: a chunk that was acknowledged and lost would be named here.
    hashes = [hashlib.sha256(audio[number * SLICE :][:SLICE]).hexdigest() for number in range(count)]
    seal(client, Sent(sent.consultation_id, sent.recording_id, hashes))


def put_until_acknowledged(client: Client, sent: Sent, number: int) -> None:
    """As the browser does: again and again, each chunk until it is told that the chunk is kept."""
    deadline = time.monotonic() + 300
    status: int | str = "nothing"
    while time.monotonic() < deadline:
        try:
            status = put(client, sent, number)
        except httpx.TransportError as error:
            status = type(error).__name__
        if status == 200:
            return
        time.sleep(0.3)
    raise AssertionError(f"chunk {number}: {status}")


def test_three_backends_answer_and_one_that_dies_is_not_noticed(production: Production) -> None:
    production.up("--no-recreate", "--scale", "backend=3")
    assert len(production.containers("backend")) == 3
    wait_until_all_are_asked(production)

    production.kill("backend", only_first=True)
    answers = [httpx.get(f"{production.url}/health/live").status_code for _ in range(200)]

    assert set(answers) == {200}


def wait_until_all_are_asked(production: Production) -> None:
    """Until nginx has found the new ones: those that it asks count what they were asked."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        before = production.asked()
        for _ in range(30):
            httpx.get(f"{production.url}/health/live").raise_for_status()
        if all(after > was for was, after in zip(before, production.asked(), strict=True)):
            return
    raise AssertionError(f"nginx asks fewer than three: {production.asked()}")

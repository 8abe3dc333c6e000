"""`make demo` as its user meets it: a second start goes on, kill -9 loses nothing, Ctrl-C leaves nothing running."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scribe.cli.embedded import sample
from scribe.cli.embedded.sample import Client
from scribe.core.ids import new_id
from tests.journey.product import start_product
from tests.worker.controlling import wait_until


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty place."""
    with tempfile.TemporaryDirectory(prefix="scribe-demo-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "home"


def test_ctrl_c_leaves_no_process_behind(home: Path) -> None:
    product = start_product(home, SCRIBE_DEMO_SAMPLE="no")
    children = psutil.Process(product.process.pid).children(recursive=True)

    product.process.send_signal(signal.SIGINT)

    assert product.process.wait(120) == 0
    assert [child for child in children if child.is_running()] == []


def test_after_kill_9_the_next_start_has_everything(home: Path) -> None:
    product = start_product(home, SCRIBE_DEMO_SAMPLE="no")
    patient = {"given_name": "Kept", "family_name": "Always"}
    Client(product.url, product.person("Ellis")).call("POST", "/api/patients", json=patient)
    children = psutil.Process(product.process.pid).children(recursive=True)

    product.process.kill()
    product.process.wait()
    gone, alive = psutil.wait_procs(children, timeout=120)
    again = start_product(home, SCRIBE_DEMO_SAMPLE="no")

    try:
        assert alive == []
        found = Client(again.url, again.person("Ellis")).call("GET", "/api/patients?q=Always")
        assert [person["given_name"] for person in found["items"]] == ["Kept"]
    finally:
        again.stop()
    assert gone


def test_a_second_start_on_the_same_home_is_refused_in_words(home: Path) -> None:
    product = start_product(home, SCRIBE_DEMO_SAMPLE="no")
    try:
        with pytest.raises(AssertionError, match="Scribe already runs"):
            start_product(home, SCRIBE_DEMO_SAMPLE="no")
    finally:
        product.stop()


def test_with_the_emulator_the_sample_goes_by_way_of_the_vendor_and_nothing_is_left_there(home: Path) -> None:
    product = start_product(home, engine="assemblyai-emulator", SCRIBE_DEMO_SAMPLE="no")
    children = psutil.Process(product.process.pid).children(recursive=True)
    try:
        made = sample.make_sample(product.url, product.person("Ellis"), new_id())

        client = Client(product.url, product.person("Ellis"))
        transcript = client.call("GET", f"/api/consultations/{made}/transcript")
        health = client.call("GET", "/health")
        assert transcript["engine"] == "assemblyai"
        assert len({turn["role"] for turn in transcript["utterances"]}) == 2
        assert (health["engine"], health["dependencies"]["assemblyai"]) == ("assemblyai", "healthy")
        admin = Client(product.url, product.person("Okafor"))
        wait_until(lambda: admin.call("GET", "/api/clinic/vendor")["undeleted"] == 0, "it is deleted at the vendor")
    finally:
        product.stop()
    assert [child for child in children if child.is_running()] == []


def test_an_engine_that_there_is_not_is_refused_in_words(home: Path) -> None:
    with pytest.raises(AssertionError, match="There is no engine moon"):
        start_product(home, engine="moon")

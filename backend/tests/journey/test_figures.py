"""What Prometheus finds at the addresses that `make demo` prints, before and after a real consultation."""

import re
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.journey import steps
from tests.journey.product import Product, running_product
from tests.worker.controlling import wait_until

CHUNKS = "/api/recordings/{recording_id}/segments/{segment}/chunks/{number}"
STAGES = ("assemble", "transcribe", "roles", "draft")
Figures = dict[tuple[str, ...], float]


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A product whose worker counts every second."""
    with running_product(SCRIBE_DEMO_SAMPLE="no", JOB_SWEEP_INTERVAL_SECONDS="1") as running:
        yield running


def printed_addresses(product: Product) -> tuple[str, str]:
    """The service's and the worker's, as the demo says them."""
    said: list[str] = []

    def is_said() -> bool:
        said[:] = re.findall(r"Figures \(Prometheus\): (\S+), (\S+)", product.log)
        return bool(said)

    wait_until(is_said, "the demo says where its figures are")
    service, worker = said[0]
    return service, worker


def scraped(address: str) -> Figures:
    """All samples, by name and the values of their labels (in the order of the labels' names)."""
    answer = httpx.get(address)
    answer.raise_for_status()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def links(figures: Figures) -> float:
    return sum(value for (name, *_), value in figures.items() if name == "scribe_audit_links_verified")


@pytest.mark.slow
def test_a_consultation_moves_the_figures_of_service_and_worker(product: Product) -> None:
    service, worker = printed_addresses(product)
    wait_until(lambda: links(scraped(worker)) > 0, "the worker has looked at the trail")
    before = scraped(worker)

    steps.upload_sample(steps.client_of(product, "Ellis"), "Figures")
    wait_until(lambda: scraped(worker)["scribe_recordings", "assembled"] == 1, "the worker has counted the recording")
    wait_until(lambda: links(scraped(worker)) >= links(before) + 10, "the worker has verified the new links")

    after = scraped(worker)
    wait_until(lambda: scraped(service)["scribe_queue_running",] == 0, "the last job has ended")
    told = scraped(service)
    assert ("transcriptions_total", "completed") not in before
    assert after["transcriptions_total", "completed"] == 1
    assert after["transcription_duration_seconds_count",] == 1
    assert after["transcription_duration_seconds_sum",] > 0
    assert [after["scribe_stage_duration_seconds_count", "completed", stage] for stage in STAGES] == [1, 1, 1, 1]
    assert [value for (name, *_), value in after.items() if name == "scribe_audit_broken"] == [0]
    assert told["scribe_http_request_duration_seconds_count", "PUT", CHUNKS, "200"] > 1
    assert (told["scribe_queue_waiting",], told["scribe_queue_oldest_seconds",]) == (0, 0)


def test_a_worker_that_was_started_again_tells_its_figures_at_the_same_address(product: Product) -> None:
    _, worker = printed_addresses(product)
    born = scraped(worker)["process_start_time_seconds",]

    product.kill("scribe.cli", "worker")

    wait_until(lambda: scraped(worker)["process_start_time_seconds",] > born, "the next worker answers there")

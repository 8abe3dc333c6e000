"""From the doctor's Finish to the draft, for five minutes of speech, and what memory it took."""

import time

from benchmarks import audio, figures
from scribe.cli.embedded.sample import Client, upload
from tests.journey.product import Product

_SECONDS = 300


def run(product: Product) -> None:
    """The whole audio is on the server; the clock starts at the seal."""
    recording = audio.repeated(_SECONDS)
    client = Client(product.url, product.person("Ellis"))
    patient = {"given_name": "Bench", "family_name": "Mark"}
    consultation_id = upload(client, recording, patient=patient, template_key="soap")
    began = time.perf_counter()
    seen: dict[str, float] = {}
    while True:
        consultation = client.call("GET", f"/api/consultations/{consultation_id}")
        seen.setdefault(consultation["pipeline"]["stage"], time.perf_counter() - began)
        if consultation["status"] in {"ready", "failed"}:
            break
        time.sleep(0.2)
    took = time.perf_counter() - began
    stages = ", ".join(f"{stage} from {at:.1f} s" for stage, at in seen.items())
    print(f"stop to draft, {_SECONDS} s of audio: {took:.1f} s, ends {consultation['status']} ({stages})")
    for name in ("serve", "worker"):
        print(f"peak memory of {name}: {figures.peak_memory_mb(product.child('scribe.cli', name).pid):.0f} MB")

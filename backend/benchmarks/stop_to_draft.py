"""From the doctor's Finish to the draft, for five minutes of speech."""

import time

from benchmarks import audio
from scribe.cli.embedded.sample import Client, seal, send
from tests.journey.product import Product

_SECONDS = 300


def run(product: Product) -> None:
    """The whole audio is on the server; the clock starts as the seal is sent, which is re-read and hashed first."""
    recording = audio.repeated(_SECONDS)
    client = Client(product.url, product.person("Ellis"))
    patient = {"given_name": "Bench", "family_name": "Mark"}
    sent = send(client, recording, patient=patient, template_key="soap")
    began = time.perf_counter()
    seal(client, sent)
    sealed = time.perf_counter() - began
    seen: dict[str, float] = {}
    while True:
        consultation = client.call("GET", f"/api/consultations/{sent.consultation_id}")
        seen.setdefault(consultation["pipeline"]["stage"], time.perf_counter() - began)
        if consultation["status"] in {"ready", "failed"}:
            break
        time.sleep(0.2)
    took = time.perf_counter() - began
    stages = ", ".join([f"sealed at {sealed:.1f} s", *(f"{stage} from {at:.1f} s" for stage, at in seen.items())])
    print(f"stop to draft, {_SECONDS} s of audio: {took:.1f} s, ends {consultation['status']} ({stages})", flush=True)

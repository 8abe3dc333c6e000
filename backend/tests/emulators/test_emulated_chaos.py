"""Random faults: as many as the rates say, and the same ones again for the same seed."""

from typing import Any

import httpx
import pytest

from tests.emulators.assemblyai.program import Emulator


def storm(emulator: Emulator, http: httpx.Client, seed: int) -> tuple[list[int], dict[str, Any]]:
    emulator.chaos(seed, {"list": {"server_error": 0.2, "rate_limited": 0.1}})
    statuses = [http.get("/v2/transcript").status_code for _ in range(200)]
    return statuses, emulator.end_chaos()


def test_a_seed_gives_the_same_faults_again_at_about_the_given_rates(emulator: Emulator, http: httpx.Client) -> None:
    first, played = storm(emulator, http, seed=7)
    again, _ = storm(emulator, http, seed=7)
    other, _ = storm(emulator, http, seed=8)

    assert first == again != other
    assert 20 <= first.count(500) <= 60
    assert 8 <= first.count(429) <= 35
    assert played["played"] == {"list": {"server_error": first.count(500), "rate_limited": first.count(429)}}


def test_a_rule_goes_before_chaos(emulator: Emulator, http: httpx.Client) -> None:
    emulator.chaos(1, {"list": {"server_error": 1.0}})
    emulator.script({"on": "list", "do": "gateway_timeout"})

    assert [http.get("/v2/transcript").status_code for _ in range(2)] == [504, 500]


def test_chaos_of_what_there_is_not_is_refused(emulator: Emulator) -> None:
    for rates, words in [({"lists": {}}, "lists"), ({"list": {"sever_error": 0.1}}, "sever_error")]:
        with pytest.raises(ValueError, match=words):
            emulator.chaos(1, rates)


def test_the_usual_storm_is_survived_by_a_client_that_tries_again(
    emulator: Emulator, http: httpx.Client, silence: bytes
) -> None:
    emulator.chaos(42)

    def insist(method: str, path: str, **more: Any) -> dict[str, Any]:
        for _ in range(20):
            try:
                answer = http.request(method, path, **more)
                body: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
            except (httpx.TransportError, ValueError):
                continue
            if body:
                return body
        raise AssertionError("twenty times is too often")

    for _ in range(30):
        upload_url = insist("POST", "/v2/upload", content=silence)["upload_url"]
        insist("POST", "/v2/transcript", json={"audio_url": upload_url})
    for job in emulator.jobs():
        emulator.release(job["id"])
        insist("DELETE", f"/v2/transcript/{job['id']}")

    assert {kind for kind, scenes in emulator.end_chaos()["played"].items() if scenes} >= {"upload", "submit"}
    assert len(emulator.jobs()) >= 30
    assert all(job["is_deleted"] for job in emulator.jobs())

"""Logs hold ids, never what patients are called or said."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError

from tests.fixtures.people import PASSWORD, MakeUser

CANARY = "Persephone"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_request_leaves_one_line_of_ids(log_file: Path, as_doctor: TestClient, doctor) -> None:
    response = as_doctor.get("/api/patients/01a208be-8544-73c6-b064-6cdb170ffb35?q=" + CANARY)

    line = next(line for line in _lines(log_file) if line["event"] == "request")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/patients/{patient_id}", 404)
    assert line["request_id"] == response.headers["x-request-id"]
    assert (line["user_id"], line["clinic_id"]) == (str(doctor.id), str(doctor.clinic_id))


def test_no_name_reaches_the_logs(
    log_file: Path, app: FastAPI, as_doctor: TestClient, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = {"given_name": CANARY, "family_name": CANARY, "identifier": CANARY}
    as_doctor.post("/api/patients", json=patient)
    as_doctor.post("/api/patients", json=patient)
    as_doctor.post("/api/patients", json=patient | {"gender": CANARY})
    as_doctor.get("/api/patients", params={"q": CANARY})
    as_doctor.get("/api/consultations", params={"q": CANARY})
    as_doctor.get(f"/{CANARY}")
    as_doctor.get(f"/api/{CANARY}")
    as_doctor.get("/api/session", headers={"X-Request-ID": f"{CANARY} {CANARY}"})
    client.post("/api/session", json={"email": f"{CANARY}@clinic.example", "password": CANARY})

    def fail(*_: object, **__: object) -> None:
        raise IntegrityError(CANARY, {"name": CANARY}, Exception(f"Key (name)=({CANARY}) already exists"))

    monkeypatch.setattr("scribe.consultations.queries.page", fail)
    as_doctor.get("/api/consultations")

    text = log_file.read_text()
    assert '"unhandled_error"' in text
    assert CANARY.lower() not in text.lower()


def test_neither_cookie_nor_password_reaches_the_logs(log_file: Path, client: TestClient, a_user: MakeUser) -> None:
    user = a_user()
    client.post("/api/session", json={"email": user.email, "password": PASSWORD})
    token = client.cookies["__Host-scribe"].partition(".")[2]
    client.get("/api/session")

    text = log_file.read_text()
    assert token not in text
    assert PASSWORD not in text
    assert user.email not in text


def test_an_exception_of_anyones_is_logged_without_its_text(log_file: Path) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("it failed")

    line = _lines(log_file)[-1]
    assert (line["error"], CANARY in json.dumps(line)) == ("ValueError", False)
    assert line["frames"][-1].startswith("tests/http/test_logs.py:")


def test_the_file_rotates_at_ten_megabytes_and_keeps_five(log_file: Path) -> None:
    handler = next(h for h in logging.getLogger().handlers if hasattr(h, "backupCount"))

    assert (handler.maxBytes, handler.backupCount) == (10 * 1024**2, 5)

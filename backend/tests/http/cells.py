"""What each route of the app needs to be called, and who may call it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from scribe.consultations import wording
from scribe.core.ids import new_id

CHUNK = b"a chunk"


@dataclass(frozen=True)
class Cell:
    """One route. `of` is what the id in its path names."""

    door: Literal["open", "signed_in", "admin"] = "signed_in"
    of: Literal["patient", "consultation", "recording", "user"] | None = None
    # What an admin, who may look, gets where only the consultation's own doctor may act.
    admin_gets: Literal[403, 404] | None = None
    send: dict[str, Any] = field(default_factory=dict)


def _json(**body: Any) -> dict[str, Any]:
    return {"json": body}


def _if_match(**body: Any) -> dict[str, Any]:
    return {"json": body, "headers": {"If-Match": '"1"'}}


def _start() -> dict[str, Any]:
    consent = {"method": "verbal", "wording_version": wording.current("en").version}
    return _json(idempotency_key=str(new_id()), template_key="soap", consent=consent)


_SHA = hashlib.sha256(CHUNK).hexdigest()
_CONSULTATION, _NOTE = "/api/consultations/{consultation_id}", "/api/consultations/{consultation_id}/note"
_TRANSCRIPT, _RECORDING = "/api/consultations/{consultation_id}/transcript", "/api/recordings/{recording_id}"
_PERSON = _json(email="new@clinic.example", full_name="New Person", role="doctor", password="tulip kettle anvil marsh")
_CHOICES = {
    "engine": "local",
    "region": "default",
    "speech_models": ["universal-2"],
    "key_terms": [],
    "drafter": "default",
    "live_captions": True,
    "monthly_budget_cents": None,
}
_PATIENT = _json(given_name="Ann", family_name="Bell")

CELLS: dict[tuple[str, str], Cell] = {
    ("POST", "/api/session"): Cell("open"),
    ("GET", "/api/session"): Cell(),
    ("DELETE", "/api/session"): Cell("open"),
    ("POST", "/api/session/lock"): Cell(),
    ("POST", "/api/session/unlock"): Cell(send=_json(password="x")),
    ("POST", "/api/account/password"): Cell(send=_json(current_password="x", new_password="y")),
    ("PUT", "/api/account/preferences"): Cell(send=_json()),
    ("GET", "/api/users"): Cell("admin"),
    ("POST", "/api/users"): Cell("admin", send=_PERSON),
    ("PATCH", "/api/users/{user_id}"): Cell("admin", of="user", send=_json(full_name="Other Name")),
    ("GET", "/api/clinic/choices"): Cell(),
    ("GET", "/api/clinic/settings"): Cell("admin"),
    ("PUT", "/api/clinic/settings"): Cell("admin", send=_if_match(**_CHOICES)),
    ("GET", "/api/clinic/vendor"): Cell("admin"),
    ("GET", "/api/clinic/usage"): Cell("admin"),
    ("GET", "/api/patients"): Cell(),
    ("POST", "/api/patients"): Cell(send=_PATIENT),
    ("GET", "/api/patients/{patient_id}"): Cell(of="patient"),
    ("PATCH", "/api/patients/{patient_id}"): Cell(of="patient", send=_json(given_name="Bo")),
    ("GET", "/api/consent-wording"): Cell(),
    ("GET", "/api/languages"): Cell(),
    ("GET", "/api/consultations/events"): Cell(),
    ("GET", "/api/consultations"): Cell(),
    ("POST", "/api/consultations/start"): Cell(send=_start()),
    ("GET", _CONSULTATION): Cell(of="consultation"),
    ("PATCH", _CONSULTATION): Cell(of="consultation", admin_gets=403, send=_json(patient_id=None)),
    ("GET", _CONSULTATION + "/context"): Cell(of="consultation", admin_gets=403),
    ("PUT", _CONSULTATION + "/context"): Cell(of="consultation", admin_gets=403, send=_json(text="Looked pale.")),
    ("POST", _CONSULTATION + "/cancel"): Cell(of="consultation", admin_gets=403),
    ("POST", _CONSULTATION + "/retry"): Cell(of="consultation", admin_gets=403),
    ("GET", _TRANSCRIPT): Cell(of="consultation"),
    ("POST", _TRANSCRIPT + "/swap-roles"): Cell(of="consultation", admin_gets=403, send=_if_match()),
    ("PATCH", _TRANSCRIPT + "/utterances"): Cell(
        of="consultation", admin_gets=403, send=_if_match(texts=[{"number": 0, "text": "New words"}])
    ),
    ("PATCH", _TRANSCRIPT + "/utterances/{number}"): Cell(
        of="consultation", admin_gets=403, send=_if_match(text="New words")
    ),
    ("GET", "/api/templates"): Cell(),
    ("GET", _NOTE): Cell(of="consultation"),
    ("GET", _NOTE + ".pdf"): Cell(of="consultation"),
    ("PUT", _NOTE + "/sections/{section_key}"): Cell(of="consultation", admin_gets=403, send=_if_match(text="Rest.")),
    ("POST", _NOTE + "/sign"): Cell(of="consultation", admin_gets=403, send=_if_match()),
    ("POST", _NOTE + "/addenda"): Cell(of="consultation", admin_gets=403, send=_json(text="Later.")),
    ("POST", _NOTE + "/redraft"): Cell(of="consultation", admin_gets=403, send=_json()),
    ("GET", _NOTE + "/versions"): Cell(of="consultation"),
    ("GET", _NOTE + "/versions/{version}"): Cell(of="consultation"),
    ("POST", _NOTE + "/versions/{version}/restore"): Cell(of="consultation", admin_gets=403, send=_if_match()),
    ("GET", _RECORDING): Cell(of="recording"),
    ("POST", _RECORDING + "/grant"): Cell(of="recording", admin_gets=404),
    ("PUT", _RECORDING + "/segments/{segment}/chunks/{number}"): Cell(
        of="recording", admin_gets=404, send={"content": CHUNK, "headers": {"X-Chunk-Sha256": _SHA}}
    ),
    ("POST", _RECORDING + "/seal"): Cell(
        of="recording", admin_gets=404, send=_json(segments=[{"segment": 0, "chunks": [_SHA]}])
    ),
    ("GET", _RECORDING + "/audio"): Cell(of="recording"),
    ("GET", _RECORDING + "/peaks"): Cell(of="recording"),
    # Open to whoever knows a job's secret: tests/transcription/vendor/test_webhooks.py.
    ("POST", "/api/hooks/assemblyai"): Cell("open"),
    ("GET", "/health"): Cell("open"),
    ("GET", "/health/live"): Cell("open"),
    ("GET", "/health/ready"): Cell("open"),
    # Open to no one outside: tests/http/test_health.py.
    ("GET", "/metrics"): Cell("open"),
}
_OTHER_PARAMETERS = {"{segment}": "0", "{number}": "0", "{section_key}": "plan", "{version}": "1"}


def address(route: str, identifier: object) -> str:
    """The route with the id and with something for its other parameters."""
    for name, value in _OTHER_PARAMETERS.items():
        route = route.replace(name, value)
    before, brace, after = route.partition("{")
    return before + str(identifier) + after.partition("}")[2] if brace else route


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Every verb and address that the app answers, but the page's catch-all."""
    return {(method, route.path) for route in _walk(app.routes) for method in route.methods - {"HEAD"}}


def _walk(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from _walk(router.routes)
        else:
            assert getattr(route, "name", None) == "page", f"{route} is no kind of route that this test knows"

"""Deeds with a name, so that a rule written by hand is one line."""

from typing import Any

from tests.emulators.assemblyai import answers

_HTML = "<html><head><title>503</title></head><body><h1>Service Temporarily Unavailable</h1></body></html>"

SCENES: dict[str, dict[str, Any]] = {
    # Answers in place of the call's own; nothing is done.
    "unauthorized": {"answer": {"status": 401, "json": {"error": answers.UNAUTHORIZED}}},
    "forbidden": {"answer": {"status": 403, "json": {"error": answers.FOREIGN_UPLOAD}}},
    "broke": {"answer": {"status": 400, "json": {"error": answers.NO_BALANCE}}},
    "rate_limited": {
        "answer": {"status": 429, "json": {"error": answers.TOO_MANY}, "headers": {"Retry-After": "1"}},
    },
    "rate_limited_bare": {"answer": {"status": 429, "json": {"error": answers.TOO_MANY}}},
    "server_error": {"answer": {"status": 500, "json": {"error": answers.SERVER_ERROR}}},
    "unavailable": {"answer": {"status": 503, "json": {"error": "Internal Server Error"}}},
    "unavailable_html": {"answer": {"status": 503, "html": _HTML}},
    "gateway_timeout": {"answer": {"status": 504}},
    "html_200": {"answer": {"status": 200, "html": _HTML}},
    "empty_200": {"answer": {"status": 200, "json": {}}},
    # Connections.
    "reset": {"reset": True},
    "reset_mid_upload": {"after_bytes": 65_536, "reset": True},
    "stalled_reader": {"after_bytes": 65_536, "hang": True},
    "too_large_early": {"after_bytes": 0, "answer": {"status": 413, "json": {"error": "Request Entity Too Large"}}},
    "forbidden_early": {"after_bytes": 0, "answer": {"status": 403, "json": {"error": "Forbidden"}}},
    "no_answer": {"hang": True},
    "slow": {"delay_s": 3.0},
    # It was done, and the client does not learn of it: an orphan, where it was a submit.
    "done_but_silent": {"effect": True, "hang": True},
    "done_but_reset": {"effect": True, "reset": True},
    "done_but_500": {"effect": True, "answer": {"status": 500, "json": {"error": answers.SERVER_ERROR}}},
    # Webhooks.
    "webhook_lost": {"deliveries": []},
    "webhook_twice": {"deliveries": [{}, {}]},
    "webhook_early": {"early": True},
    "webhook_after_deletion": {"deliveries": [{"after": "delete"}]},
    "webhook_forged_first": {"deliveries": [{"auth": "wrong"}, {}]},
    "webhook_without_auth": {"deliveries": [{"auth": "missing"}]},
    "webhook_unknown_id": {"deliveries": [{"transcript_id": "00000000-0000-4000-8000-000000000000"}]},
    "webhook_of_error": {"deliveries": [{"status": "error"}]},
    # Models that draft.
    "obedient": {"behave": "obedient"},
    "invented": {"behave": "invented"},
    "broken_json": {"behave": "broken_json"},
    "fenced": {"behave": "fenced"},
    "wrong_schema": {"behave": "wrong_schema"},
    "truncated": {"behave": "truncated"},
    "refuses": {"behave": "refuses"},
    # Jobs (on submit).
    "job_server_error": {"job": {"error": "Server error, developers have been alerted"}},
    "job_for_ever": {"job": {"forever": True}},
    "job_throttled": {"job": {"queued_polls": 3, "throttled": True}},
    "job_of_fallback_model": {"job": {"edit": {"speech_model_used": "universal-2"}}},
    "job_without_domain": {"job": {"domain_skipped": True}},
    "job_without_voices": {"job": {"edit": {"utterances": None}}},
    "job_of_one_voice": {"job": {"one_voice": True}},
    "job_without_roles": {"job": {"roles": "absent"}},
    "job_of_half_roles": {"job": {"roles": "partial"}},
    "job_without_speech": {"job": {"silent": True}},
    "job_of_strange_entity": {
        "job": {"edit": {"entities": [{"entity_type": "moon_phase", "text": "x", "start": 0, "end": 1}]}},
    },
    "job_of_null_confidence": {"job": {"edit": {"words.0.confidence": None}}},
    "job_of_model_string": {"job": {"edit": {"speech_model": "universal-3-5-pro"}}},
    "job_of_strange_field": {"job": {"edit": {"a_field_of_tomorrow": {"a": 1}}}},
    # Streams.
    "stream_late": {"begin_after_s": 3.0},
    "stream_unauthorized": {"http": 401},
    "stream_unavailable": {"http": 503},
    "stream_key_refused": {"error": [1008, "Unauthorized Connection: Invalid API key"], "at_ms": 0},
    "stream_broke": {"error": [1008, "Unauthorized Connection: Insufficient balance"], "at_ms": 0},
    "stream_cancelled": {"error": [3005, "Session Cancelled: An error occurred"], "at_ms": 1000},
    "stream_violation": {
        "error": [3007, "Input duration violation: 25 ms. Expected between 50 and 1000 ms"],
        "at_ms": 1000,
    },
    "stream_expired": {"error": [3008, "Session Expired: Maximum session duration exceeded"], "at_ms": 1000},
    "stream_too_many": {"error": [3009, "Unauthorized Connection: Too many concurrent sessions"], "at_ms": 0},
    "stream_dropped": {"drop": True, "at_ms": 1000},
    "stream_no_termination": {"no_termination": True},
    "stream_malformed_turn": {"malformed_turn": 1},
    "stream_double_turns": {"double_turns": True},
}

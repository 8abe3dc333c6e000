"""The request that asked for a consultation's stages is named in all that they log and put on record."""

import json

import pytest
from sqlalchemy import select

from scribe.audit.models import AuditEvent
from scribe.consultations.models import ConsultationStatus
from scribe.core.request_context import on_behalf_of
from tests.consultations.builders import Practice
from tests.worker.asking import ALL, new, wait_for
from tests.worker.controlling import World, wait_until

ASKED_BY = "5d0c7d1f9a3e4b62"


def log_lines(world: World) -> list[dict[str, object]]:
    return [json.loads(line) for line in world.workers.log.splitlines() if line.startswith("{")]


def on_record(practice: Practice) -> list[tuple[str, str, str]]:
    """Each stage's end: action, stage, and by whose request."""
    ends = select(AuditEvent).where(AuditEvent.action.startswith("pipeline.")).order_by(AuditEvent.sequence)
    with practice.session() as session:
        return [(event.action, event.detail["stage"], event.request_id) for event in session.scalars(ends)]


def test_every_stage_belongs_to_the_request_that_asked_for_the_first(world: World, practice: Practice) -> None:
    world.workers.start()

    with on_behalf_of(ASKED_BY):
        consultation = new(practice)

    wait_for(practice, consultation, ConsultationStatus.READY)
    wait_until(lambda: world.workers.log.count('"stage_ended"') == len(ALL), "the last stage's line is written")
    ended = [line for line in log_lines(world) if line["event"] == "stage_ended"]
    assert [(line["stage"], line["request_id"]) for line in ended] == [(stage, ASKED_BY) for stage in ALL]
    assert on_record(practice) == [("pipeline.stage_completed", stage, ASKED_BY) for stage in ALL]


@pytest.mark.parametrize("word", ["die", "fail_retryable"])
def test_a_stage_that_is_tried_again_still_does(world: World, practice: Practice, word: str) -> None:
    world.controller.rule = lambda hit: word if hit.stage == "transcribe" else None

    with world.workers.kept_running():
        with on_behalf_of(ASKED_BY):
            consultation = new(practice)
        wait_for(practice, consultation, ConsultationStatus.FAILED)

    assert on_record(practice) == [
        ("pipeline.stage_completed", "assemble", ASKED_BY),
        ("pipeline.stage_failed", "transcribe", ASKED_BY),
    ]

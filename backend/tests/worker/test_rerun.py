"""A stage that is run again on a ready consultation: it and those after it, once each."""

import pytest
from typer.testing import CliRunner

from scribe.cli.main import app
from scribe.consultations.models import ConsultationStatus
from tests.consultations.builders import Practice
from tests.worker.asking import ALL, new, promises_kept, wait_for, wait_until_idle
from tests.worker.controlling import World


@pytest.mark.parametrize("stage", ALL)
def test_it_and_all_after_it_are_run_once_more(world: World, practice: Practice, stage: str) -> None:
    world.workers.start()
    consultation = new(practice)
    wait_for(practice, consultation, ConsultationStatus.READY)

    asked = CliRunner(env=world.workers.env).invoke(app, ["pipeline", "rerun", str(consultation.id), stage])

    assert asked.exit_code == 0, asked.output
    wait_for(practice, consultation, ConsultationStatus.READY)
    assert world.results(consultation.id) == [*ALL, *ALL[ALL.index(stage) :]]
    wait_until_idle(practice)
    assert promises_kept(practice)

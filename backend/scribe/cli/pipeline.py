"""`scribe pipeline`: the stages between a recording and its note."""

from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session, sessionmaker

from scribe import events
from scribe.accounts import queries as accounts
from scribe.audit import service as audit
from scribe.cli.environment import keyring_of, session_factory, settings_or_exit
from scribe.consultations.models import Consultation, ConsultationStatus, Stage
from scribe.consultations.pipeline import ORDER
from scribe.core.clock import SystemClock
from scribe.core.errors import ScribeError
from scribe.core.ids import new_id
from scribe.core.request_context import on_behalf_of
from scribe.db.session import clinic_session
from scribe.notes import queries as notes
from scribe.notes.service import may_replace
from scribe.recordings import sealing
from scribe.recordings.keeping import Vault
from scribe.storage.factory import make_store
from scribe.transcription import rerunning

app = typer.Typer(help="The stages between a recording and its note.", no_args_is_help=True)
_OPERATOR = audit.Actor("system", None)


class NoSuchConsultation(ScribeError):
    """No clinic has it."""

    code, message = "no_such_consultation", "No clinic has a consultation with this id."


@app.callback()
def _group() -> None:
    pass


@app.command()
def rerun(
    consultation_id: Annotated[UUID, typer.Argument(help="Of which consultation.")],
    stage: Annotated[Stage, typer.Argument(help="From which stage on.")],
    replace_corrections: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--replace-corrections", help="Put aside what a person corrected in the transcript.")
    ] = False,
) -> None:
    """Run a stage, and those after it, of a consultation that is ready or has failed. Older versions are kept.

    The stage assemble also brings back one that was cancelled, with the audio that has reached the server.
    """
    settings, asked_by = settings_or_exit(), f"ops-{new_id().hex}"
    try:
        with session_factory(settings) as factory, on_behalf_of(asked_by):
            events.attach(factory, events.make_bus(settings))
            vault = Vault(factory, make_store(settings.storage), keyring_of(settings), SystemClock(), settings)
            keeps_words = _ask(vault, consultation_id, stage, replace_corrections=replace_corrections)
    except ScribeError as error:
        typer.echo(error.text, err=True)
        raise typer.Exit(1) from error
    stages = ", ".join(ORDER[ORDER.index(stage) :])
    typer.echo(f"Asked for: {stages}. A worker takes it up; its log names this request as {asked_by}.")
    if keeps_words:
        typer.echo("The note holds a person's words and stays as it is; its doctor can ask for a new draft.")


def _ask(vault: Vault, consultation_id: UUID, stage: Stage, *, replace_corrections: bool) -> bool:
    """Ask in the clinic that the consultation is of; whether its note will stay as it is."""
    clinic_id, status = _found(vault.factory, consultation_id)
    if status == ConsultationStatus.CANCELLED and stage == Stage.ASSEMBLE:
        sealing.close_cancelled(vault, clinic_id, consultation_id)
    with clinic_session(vault.factory, clinic_id) as session:
        audit.act_as(session, _OPERATOR)
        consultation = session.get_one(Consultation, consultation_id, with_for_update={"key_share": True})
        rerunning.rerun(session, consultation=consultation, stage=stage, replace_corrections=replace_corrections)
        return not may_replace(session, notes.note_of(session, consultation_id))


def _found(factory: sessionmaker[Session], consultation_id: UUID) -> tuple[UUID, str]:
    """The clinic that the consultation is of, and its status."""
    with factory() as session:
        clinics = accounts.clinic_ids(session)
    for clinic_id in clinics:
        with clinic_session(factory, clinic_id) as session:
            if (consultation := session.get(Consultation, consultation_id)) is not None:
                return clinic_id, consultation.status
    raise NoSuchConsultation

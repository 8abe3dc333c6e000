"""`scribe audit`: tell whether the trail is whole."""

from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.exc import SQLAlchemyError

from scribe.accounts import queries
from scribe.audit.verification import Noted, Verdict, verify
from scribe.cli.environment import keyring_of, session_factory, settings_or_exit
from scribe.db.session import clinic_session

app = typer.Typer(help="The audit trail.", no_args_is_help=True)

_WORDS = {
    "deleted": "the event that stood here was deleted",
    "altered": "this event's content was changed after it was written",
    "reordered": "this event belongs to another place",
    "forged": "this event was not written by Scribe",
    "truncated": "the events from here on were cut off",
    "head": "the chain's head was changed or removed",
}


@app.callback()
def _group() -> None:
    pass


@app.command("verify")
def verify_trail(
    clinic: Annotated[UUID | None, typer.Option(help="Only this clinic (default: all).")] = None,
    noted: Annotated[
        str | None, typer.Option(help="With --clinic: the last link that an earlier run printed, as NUMBER:HASH.")
    ] = None,
) -> None:
    """Check every link of every clinic's chain. Exits with 0 if all hold, 1 if one is broken, 2 if it cannot tell."""
    if noted is not None and clinic is None:
        raise typer.BadParameter("--noted needs --clinic.")
    settings = settings_or_exit()
    keyring, known = keyring_of(settings), _parsed(noted)
    try:
        with session_factory(settings) as factory:
            with factory() as session:
                clinics = [clinic] if clinic else list(queries.clinic_ids(session))
            verdicts = []
            for clinic_id in clinics:
                with clinic_session(factory, clinic_id) as session:
                    verdicts.append(verify(session, keyring.audit_key(clinic_id), clinic_id, known))
    except SQLAlchemyError as error:
        typer.echo(f"The database does not answer as it should ({type(error).__name__}).", err=True)
        raise typer.Exit(2) from error
    for verdict in verdicts:
        typer.echo(_line(verdict))
    if any(verdict.broken for verdict in verdicts):
        raise typer.Exit(1)
    if clinic is not None and verdicts[0].last.sequence == 0:
        typer.echo("No event of this clinic is on record; is its id right?", err=True)
        raise typer.Exit(2)


def _parsed(noted: str | None) -> Noted | None:
    if noted is None:
        return None
    number, _, digest = noted.partition(":")
    try:
        return Noted(int(number), bytes.fromhex(digest))
    except ValueError as error:
        raise typer.BadParameter("--noted looks like 1234:5f3a...") from error


def _line(verdict: Verdict) -> str:
    if verdict.broken is None:
        return f"{verdict.clinic_id}  whole   {verdict.last.sequence}:{verdict.last.hash.hex()}"
    event = f" ({verdict.event_id})" if verdict.event_id else ""
    return f"{verdict.clinic_id}  BROKEN  at event {verdict.at_sequence}{event}: {_WORDS[verdict.broken]}"

"""`scribe create-clinic` and `scribe reset-password`: what nobody who is signed in can do."""

from typing import Annotated

import typer
from pydantic import EmailStr, TypeAdapter, ValidationError

from scribe.accounts import queries, service, sessions
from scribe.accounts.models import Role, SignInDirectory
from scribe.audit import service as audit
from scribe.cli.environment import keyring_of, session_factory, settings_or_exit
from scribe.core.clock import SystemClock
from scribe.core.errors import ScribeError
from scribe.db.session import enter_clinic
from scribe.notes.service import seed_templates

Password = Annotated[
    str,
    typer.Option(
        prompt=True, confirmation_prompt=True, hide_input=True, envvar="SCRIBE_PASSWORD", help="Asked for if not given."
    ),
]


def create_clinic(
    name: Annotated[str, typer.Option(help="The clinic's name.")],
    admin_email: Annotated[str, typer.Option(help="Whom the first admin signs in as.")],
    admin_name: Annotated[str, typer.Option(help="The first admin's name.")],
    password: Password,
    timezone: Annotated[str, typer.Option(help="Such as Europe/Berlin.")] = "UTC",
    language: Annotated[str, typer.Option(help="Two letters: what is spoken in most consultations.")] = "en",
) -> None:
    """Make a clinic with its templates and a first admin, who chooses a new password at the first sign-in."""
    settings, email = settings_or_exit(), _email(admin_email)
    try:
        with session_factory(settings) as factory, factory.begin() as session:
            clinic = service.create_clinic(
                session, keyring_of(settings), name=name, timezone=timezone, default_language=language
            )
            service.create_user(session, email=email, full_name=admin_name, role=Role.ADMIN, password=password)
            seed_templates(session, clinic.id)
    except ScribeError as error:
        raise _refused(error) from error
    typer.echo(f"{clinic.id}  {name}: {email} may sign in.")


def reset_password(
    email: Annotated[str, typer.Argument(help="Whose.")],
    password: Password,
) -> None:
    """Give someone a new password, which they change at the next sign-in; ends all their sessions."""
    settings = settings_or_exit()
    try:
        with session_factory(settings) as factory, factory.begin() as session:
            entry = session.get(SignInDirectory, sessions.normal_email(email))
            if entry is None:
                typer.echo("Nobody signs in with this address.", err=True)
                raise typer.Exit(1)
            enter_clinic(session, entry.clinic_id)
            audit.act_as(session, audit.Actor("system", None))
            user = queries.get_user(session, entry.user_id, for_update=True)
            service.set_password(session, user=user, password=password, must_change_password=True)
            sessions.end_all(session, user.id, SystemClock().now())
    except ScribeError as error:
        raise _refused(error) from error
    typer.echo("Done. They choose a new password at the next sign-in.")


def _email(text: str) -> str:
    try:
        return TypeAdapter(EmailStr).validate_python(text)
    except ValidationError as error:
        typer.echo(f"{text} is not an email address.", err=True)
        raise typer.Exit(1) from error


def _refused(error: ScribeError) -> typer.Exit:
    typer.echo(error.text, err=True)
    return typer.Exit(1)

"""`scribe ops upgrade`: a new version in the place of what runs, or the one before back."""

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from scribe.cli.ops.init import Place

# Not Python: the server that it runs on has Docker, and need not have more.
_SCRIPT = "deploy/compose/upgrade"


def upgrade(
    directory: Place = Path(),
    images: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="BACKEND NGINX", help="These, pulled where they are missing; without, they are built here"
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Bring the images before back")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Backup, migrations, workers, the API one by one, nginx. What fails on the way is taken back. Needs Docker."""
    script = directory.resolve() / _SCRIPT
    if not script.is_file():
        typer.echo(f"{directory.resolve()} has no {_SCRIPT}. Run this where Scribe was unpacked.", err=True)
        raise typer.Exit(2)
    if shutil.which("docker") is None:
        typer.echo("There is no Docker in here. On the server itself: deploy/compose/ops upgrade", err=True)
        raise typer.Exit(2)
    words = ["--undo"] if undo else ["--images", *images] if images else []
    # In our place: what asks this process to end asks the script, which then puts back what it began.
    os.execv(script, [str(script), *words])  # noqa: S606 - the operator's own script

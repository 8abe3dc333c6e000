"""`scribe models`: the local engine's weights."""

from pathlib import Path
from typing import Annotated

import typer

from scribe.cli.embedded import models
from scribe.core.settings import EngineSettings

app = typer.Typer(help="The local engine's model weights.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    pass


@app.command()
def fetch(
    model_dir: Annotated[Path | None, typer.Option(help="Where to keep them (default: MODEL_DIR, or a cache)")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Hash every file again, not only its size")] = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Fetch the pinned weights where they are not in place yet."""
    chosen = model_dir or EngineSettings().model_dir
    try:
        models.fetch(chosen, typer.echo, verify=verify)
    except models.ModelsUnavailable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error

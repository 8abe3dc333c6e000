"""`scribe eval`: how good the results are."""

from pathlib import Path
from typing import Annotated

import typer

from scribe.cli import eval_notes

app = typer.Typer(help="Measure how good the results are, on a folder of data.", no_args_is_help=True)
app.command()(eval_notes.notes)


@app.command()
def speech(
    data: Annotated[Path, typer.Option(help="Audio files, each with a reference of the same name in JSON")],
    beam: Annotated[int | None, typer.Option(help="Beam size (default: ASR_BEAM_SIZE)")] = None,
) -> None:
    """Words, voices, roles and speed of the local engine on recordings with a known text."""
    # Imported here: the engine's libraries take a second, which `eval notes` does not need.
    from scribe.cli import eval_speech  # noqa: PLC0415

    eval_speech.evaluate(data, beam)

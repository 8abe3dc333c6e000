"""`scribe ops init` and `scribe ops preflight`."""

import typer

from scribe.cli.ops.init import init
from scribe.cli.ops.preflight import preflight

app = typer.Typer(
    help="Run a Scribe server: make its settings and secrets, and look whether all is ready.", no_args_is_help=True
)
app.command()(init)
app.command()(preflight)


@app.callback()
def _group() -> None:
    pass

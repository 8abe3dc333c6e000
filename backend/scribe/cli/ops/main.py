"""`scribe ops`: what an operator does to a whole server."""

import typer

from scribe.cli.ops import backup, recover, upgrade
from scribe.cli.ops.init import init
from scribe.cli.ops.preflight import preflight
from scribe.cli.ops.size import size

app = typer.Typer(
    help="Run a server: how large, its settings, whether all is ready, back it up, bring it back.", no_args_is_help=True
)
app.command()(init)
app.command()(preflight)
app.command()(size)
app.add_typer(backup.app, name="backup")
app.command()(recover.verify)
app.command()(recover.restore)
app.command()(recover.drill)
app.command()(upgrade.upgrade)

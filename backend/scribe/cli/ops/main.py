"""`scribe ops`: what an operator does to a whole server."""

import typer

from scribe.cli.ops import backup, recover

app = typer.Typer(help="Run a server: back it up, prove that it can come back, bring it back.", no_args_is_help=True)
app.add_typer(backup.app, name="backup")
app.command()(recover.verify)
app.command()(recover.restore)
app.command()(recover.drill)

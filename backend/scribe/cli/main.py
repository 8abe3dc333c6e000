"""Scribe's commands."""

import typer

from scribe.cli import demo, models
from scribe.cli.openapi import openapi

app = typer.Typer(help="Scribe's commands.", no_args_is_help=True, add_completion=False)
app.add_typer(models.app, name="models")
app.command()(demo.demo)
app.command()(openapi)

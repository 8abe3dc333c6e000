"""Scribe's commands."""

import typer

from scribe.cli import audit, clinics, demo, eval_notes, models
from scribe.cli.migrate import migrate
from scribe.cli.openapi import openapi
from scribe.cli.serve import serve
from scribe.cli.speech import speech
from scribe.cli.worker import worker

app = typer.Typer(help="Scribe's commands.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(models.app, name="models")
app.add_typer(audit.app, name="audit")
evaluation = typer.Typer(help="Measure how good the results are, on a folder of data.", no_args_is_help=True)
evaluation.command()(eval_notes.notes)
evaluation.command()(speech)
app.add_typer(evaluation, name="eval")
app.command()(demo.demo)
app.command()(openapi)
app.command()(serve)
app.command()(worker)
app.command()(migrate)
app.command()(clinics.create_clinic)
app.command()(clinics.reset_password)

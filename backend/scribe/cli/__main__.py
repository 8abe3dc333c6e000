"""`python -m scribe.cli`."""

from scribe.cli.main import app

app(prog_name="scribe")

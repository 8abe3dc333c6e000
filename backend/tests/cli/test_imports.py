"""A command starts without the libraries that it does not need."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from scribe.cli.main import app

HEARD = {"numpy", "av", "faster_whisper", "ctranslate2", "onnxruntime"}


@pytest.mark.parametrize(
    ("command", "foreign"),
    [
        ("demo", {"fastapi", "procrastinate", "redis", "httpx", "argon2", "typst", *HEARD}),
        ("serve", {"alembic", "httpx", "opentelemetry.sdk.trace.export", *HEARD}),
        ("worker", {"fastapi", "alembic", "typst", "httpx", "opentelemetry.sdk.trace.export", *HEARD} - {"numpy"}),
    ],
)
def test_a_command_loads_nothing_that_only_others_need(command: str, foreign: set[str]) -> None:
    program = f"import sys, scribe.cli.main, scribe.cli.{command}; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert foreign & set(loaded.split()) == set()


def test_each_command_is_listed_with_what_it_does() -> None:
    listed = CliRunner().invoke(app, ["--help"])

    assert listed.exit_code == 0
    for command in ("models", "audit", "eval", "demo", "openapi", "serve", "worker", "migrate", "create-clinic"):
        assert command in listed.output


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(app, ["no-such-command"]).exit_code == 2

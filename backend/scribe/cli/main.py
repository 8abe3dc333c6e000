"""Scribe's commands. Each is imported when it is called: `demo` must not wait for the libraries of all others."""

import importlib
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

_WHERE = {
    "models": "models:app",
    "audit": "audit:app",
    "pipeline": "pipeline:app",
    "eval": "evaluation:app",
    "demo": "demo:demo",
    "openapi": "openapi:openapi",
    "serve": "serve:serve",
    "worker": "worker:worker",
    "migrate": "migrate:migrate",
    "ops": "ops.main:app",
    "create-clinic": "clinics:create_clinic",
    "reset-password": "clinics:reset_password",
}


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the group's own signature
        return list(_WHERE)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in _WHERE:
            return None
        module, _, name = _WHERE[cmd_name].partition(":")
        found = getattr(importlib.import_module(f"scribe.cli.{module}"), name)
        if isinstance(found, typer.Typer):
            command: Any = get_group(found)
        else:
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command()(found)
            command = get_command(alone)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Commands, help="Scribe's commands.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def _group() -> None:
    pass

"""`scribe openapi`: the contract that the frontend's types are generated from."""

import base64
import json

import typer

from scribe.core.settings import AppSettings, DatabaseSettings, SecuritySettings, Settings
from scribe.http.app import create_app


def openapi() -> None:
    """Print the OpenAPI document. Needs no settings and connects to nothing."""
    key = base64.b64encode(bytes(32)).decode()
    settings = Settings(
        app=AppSettings(environment="embedded"),
        database=DatabaseSettings(database_url="postgresql+psycopg2://nobody@localhost/none"),
        security=SecuritySettings(root_key=key, token_key=key),
    )
    typer.echo(json.dumps(create_app(settings).openapi(), indent=2, sort_keys=True))

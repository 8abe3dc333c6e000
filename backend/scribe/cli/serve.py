"""`scribe serve`: the API and the web page, in one process."""

from types import FrameType
from typing import Annotated

import typer
import uvicorn

from scribe.cli.environment import settings_or_exit, trace_as
from scribe.core import logging
from scribe.http.app import create_app
from scribe.http.streams import OpenStreams

# Requests under way get this long; a chunk that is cut is sent again by its browser.
_DRAIN_SECONDS = 8


class DrainingServer(uvicorn.Server):
    """Stops taking connections, ends the event streams, and lets all other requests finish."""

    def __init__(self, config: uvicorn.Config, streams: OpenStreams) -> None:
        super().__init__(config)
        self._streams = streams

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came."""
        super().handle_exit(sig, frame)
        self._streams.end()


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way."""
    settings = settings_or_exit()
    logging.configure(settings.logs)
    trace_as("scribe-api", settings)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # The app itself believes its trusted proxies (TRUSTED_PROXIES), and nobody else.
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = DrainingServer(config, app.state.streams)
    server.run()
    if not server.started:
        raise typer.Exit(1)

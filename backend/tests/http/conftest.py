"""The app behind a real uvicorn, with a real Redis."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from scribe.cli.embedded.processes import free_port

Serve = Callable[[FastAPI], AbstractContextManager[str]]


@pytest.fixture
def serve() -> Serve:
    """Serve an app on the loopback: `with serve(app) as url`."""

    @contextmanager
    def run(app: FastAPI) -> Iterator[str]:
        port = free_port()
        config = uvicorn.Config(app, port=port, log_config=None, proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()

    return run


def get(url: str, path: str, **headers: str) -> httpx.Response:
    """One request, without cookies."""
    return httpx.get(url + path, headers={name.replace("_", "-"): value for name, value in headers.items()})

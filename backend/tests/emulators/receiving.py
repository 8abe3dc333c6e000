"""A client's end of webhooks."""

import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Received:
    """A webhook that came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Receiver:
    """Answers with the given statuses in turn, and then with 200; None is no answer at all."""

    def __init__(self) -> None:
        self.statuses: list[int | None] = []
        self.came: queue.Queue[Received] = queue.Queue()
        self._let_go = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """With a query, as the official way to say which job it is."""
        return f"http://127.0.0.1:{self._server.server_port}/hook?job=42"

    def next(self) -> Received:
        """The next webhook, when it has come."""
        return self.came.get(timeout=30)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.came.put(Received(self.path, headers, body))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status is None:
                    receiver._let_go.wait()
                    return
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

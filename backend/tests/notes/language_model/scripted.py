"""An endpoint on the loopback that answers by script and remembers what it was sent."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = {"sentences": [{"text": "Knee pain."}]}


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One response; with `drip` its bytes come one by one, the next only when somebody sets the event."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: threading.Event | None = None


Script = Callable[[Asked], Answer]


@dataclass
class Endpoint:
    """The running server."""

    url: str
    script: Script
    asked: list[Asked] = field(default_factory=list)


def completion(content: Any = None, *, finish: str = "stop", **message: Any) -> Answer:
    """A chat completion that says `content` (a dict is said as JSON)."""
    text = json.dumps(content) if isinstance(content, dict) else content
    body = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "model-of-record",
        "choices": [
            {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
        ],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
    }
    return Answer(body=json.dumps(body).encode())


def refusal(status: int, body: Any = None, **headers: str) -> Answer:
    """An error; the client's pauses between tries are told to be short."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body or {"error": {"message": "no"}}).encode(), {"retry-after-ms": "1", **named})


@contextmanager
def serving(script: Script) -> Iterator[Endpoint]:
    """Serve until the block ends."""
    endpoint = Endpoint("", script)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(endpoint))
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.path, headers, json.loads(raw))
            endpoint.asked.append(asked)
            answer = endpoint.script(asked)
            self.send_response(answer.status)
            for name, value in {"content-type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if answer.drip is None:
                self.wfile.write(answer.body)
                return
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                if answer.drip.wait(0.01):
                    return

        def log_message(self, *_: Any) -> None:
            return

    return Handler

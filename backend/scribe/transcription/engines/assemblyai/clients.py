"""Connections to one region with one key: the SDK's requests and answers, on time-outs and retries of our own choosing.

Nothing here reads the SDK's global settings, by which a call could reach another region or another clinic's project.
"""

import threading
from dataclasses import dataclass, field

import assemblyai
import httpx

from scribe.core.settings import VendorAccount
from scribe.core.settings.vendors import is_this_machine

# For each read and write, not for the whole: an upload may take long, and an answer may not.
_UPLOAD = httpx.Timeout(connect=10, write=120, read=300, pool=10)
_CONTROL = httpx.Timeout(connect=10, write=20, read=20, pool=10)
_KEPT_CONNECTIONS = httpx.Limits(max_connections=50, max_keepalive_connections=10, keepalive_expiry=30)


@dataclass(frozen=True)
class Wire:
    """One HTTP client, and for each thread the last answer it had: its headers say what the SDK's errors leave out."""

    http: httpx.Client
    _of_thread: threading.local = field(default_factory=threading.local)

    @property
    def last(self) -> httpx.Response | None:
        """The answer to this thread's last call; None where there was none."""
        return getattr(self._of_thread, "answer", None)

    def forget(self) -> None:
        """Before each call: what comes after is its own answer."""
        self._of_thread.answer = None

    def remember(self, answer: httpx.Response) -> None:
        """An answer has begun to arrive."""
        self._of_thread.answer = answer


@dataclass(frozen=True)
class Clients:
    """Uploads and all else apart, so that a slow upload's patience is not a poll's."""

    upload: Wire
    control: Wire

    def close(self) -> None:
        """Give the connections back."""
        self.upload.http.close()
        self.control.http.close()


def connect(account: VendorAccount, *, upload: httpx.Timeout = _UPLOAD, control: httpx.Timeout = _CONTROL) -> Clients:
    """Clients for the account's host and key. Nothing is connected to yet."""
    headers = _headers(account)
    return Clients(_wire(account, headers, upload), _wire(account, headers, control))


def _headers(account: VendorAccount) -> httpx.Headers:
    """What the SDK would send: the raw key, and its own name."""
    settings = assemblyai.Settings(api_key=account.key.get_secret_value(), base_url=account.base_url)
    client = assemblyai.Client(settings=settings)
    try:
        return client.http_client.headers
    finally:
        client.http_client.close()


def _wire(account: VendorAccount, headers: httpx.Headers, timeout: httpx.Timeout) -> Wire:
    http = httpx.Client(
        base_url=account.base_url,
        headers=headers,
        timeout=timeout,
        limits=_KEPT_CONNECTIONS,
        # A server on this machine is never behind a proxy; the real one may be, where a hospital wants it so.
        trust_env=not is_this_machine(account.base_url),
    )
    wire = Wire(http)
    http.event_hooks = {"response": [wire.remember]}
    return wire

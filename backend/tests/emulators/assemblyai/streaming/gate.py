"""Who may open a stream. The vendor looks after the upgrade, and answers in a frame."""

import time

from tests.emulators.assemblyai.streaming.sessions import Session
from tests.emulators.assemblyai.world import World


class Closing(Exception):
    """The vendor ends the session: an Error frame, then a close with the same code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def admit(world: World, session: Session, credential: str | None) -> int | None:
    """Let it in, or raise `Closing`. How long a token lets it last comes back."""
    if not credential:
        raise Closing(1008, "Unauthorized Connection: Missing Authorization header")
    token = world.tokens.get(credential)
    if token is not None and token.expires < time.monotonic():
        token = None
    project = world.keys.find(token.key if token else credential)
    if project is None:
        raise Closing(1008, "Unauthorized Connection: Invalid API key")
    if project.is_broke:
        raise Closing(1008, "Unauthorized Connection: Insufficient account balance")
    open_ones = sum(other.closed is None and other.key == project.key for other in world.sessions)
    if open_ones >= world.options.stream_concurrency:
        raise Closing(3009, "Unauthorized Connection: Too many concurrent sessions")
    session.key = project.key
    return token.max_session_s if token else None

"""How much of the service one sender may take: enough for any browser, too little to leave nothing to the others."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import Request

from scribe.core.errors import Busy
from scribe.recordings.dependencies import SenderDep

# A browser sends three chunks at once. This leaves room for a doctor with several, each with a backlog.
_AT_ONCE = 40


class Shares:
    """Who sends how much just now (`app.state.shares`). The event loop calls it."""

    def __init__(self, *, at_once: int = _AT_ONCE) -> None:
        self._at_once = at_once
        self._under_way: Counter[UUID] = Counter()

    @contextmanager
    def taken_by(self, user_id: UUID) -> Iterator[None]:
        """One more of the user's share, given back at the end; `Busy` where none is left."""
        if self._under_way[user_id] >= self._at_once:
            raise Busy
        self._under_way[user_id] += 1
        try:
            yield
        finally:
            self._under_way[user_id] -= 1
            if not self._under_way[user_id]:
                del self._under_way[user_id]


async def take_share(who: SenderDep, request: Request) -> AsyncIterator[None]:
    """Dependency of what is sent about a recording besides its chunks."""
    with request.app.state.shares.taken_by(who.user_id):
        yield

"""What can happen to a connection."""

import asyncio
import socket
import struct

from aiohttp import web

_LOOK_S = 0.05


def reset(request: web.Request) -> None:
    """End the connection as a crash would: the peer gets a RST."""
    transport = request.transport
    if transport is None:
        return
    line = transport.get_extra_info("socket")
    if line is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def hang(request: web.Request) -> None:
    """Say nothing until the client goes away. What was not read of the body stays unread."""
    # No event tells of it: a client that goes away is noticed by reading, which a stalled server does not do.
    while (transport := request.transport) is not None and not transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_S)


async def read(request: web.Request, at_most: int | None = None) -> int:
    """Read and forget the body, or its first bytes; how many there were comes back."""
    seen = 0
    while at_most is None or seen < at_most:
        part = await request.content.readany()
        if not part:
            break
        seen += len(part)
    return seen


async def pause(seconds: float) -> None:
    """Be slow, where a script wants it."""
    if seconds:
        await asyncio.sleep(seconds)

"""`python -m tests.emulators.assemblyai --port 0`: prints one line of JSON with its addresses, and serves."""

import argparse
import asyncio
import json
import signal
import sys

from tests.emulators.assemblyai.keys import DEFAULT_KEY
from tests.emulators.assemblyai.server import Server
from tests.emulators.assemblyai.world import Options, World


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.assemblyai", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--key", action="append", default=[], help=f"again for more projects ({DEFAULT_KEY})")
    parser.add_argument("--listening", help="module:function that hears sound in place of the local engine")
    parser.add_argument("--tls", action="store_true", help="also listen with TLS, on a port of its own")
    parser.add_argument("--llm-bearer", action="store_true", help='the gateway also takes "Bearer <key>"')
    parser.add_argument("--webhook-retry-seconds", type=float, default=10.0)
    parser.add_argument("--webhook-timeout-seconds", type=float, default=10.0)
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with whoever started it")
    return parser.parse_args()


async def serve(given: argparse.Namespace) -> None:
    """Until it is asked to stop."""
    options = Options(
        webhook_retry_s=given.webhook_retry_seconds,
        webhook_timeout_s=given.webhook_timeout_seconds,
        llm_bearer=given.llm_bearer,
    )
    world = World(given.key, options, given.listening)
    server = Server(world, given.host, given.port, with_tls=given.tls)
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if given.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), lambda: sys.stdin.buffer.read1() or stopped.set())
    addresses = await server.start()
    print(json.dumps(addresses | {"keys": [project.key for project in world.keys.all()]}), flush=True)
    try:
        await stopped.wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    asyncio.run(serve(arguments()))

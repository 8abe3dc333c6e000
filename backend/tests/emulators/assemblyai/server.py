"""The server: endpoints, and where they listen."""

import ipaddress

from aiohttp import web

from tests.emulators.assemblyai import tls
from tests.emulators.assemblyai.gateway import catalogue, chat, understanding
from tests.emulators.assemblyai.prerecorded import exports, transcripts, uploads
from tests.emulators.assemblyai.scripting import control, playing
from tests.emulators.assemblyai.streaming import socket, tokens
from tests.emulators.assemblyai.world import WORLD, World


def make_app(world: World) -> web.Application:
    """REST, streaming, gateway and control, on one port. A route's name is its kind, up to a dash."""
    app = web.Application(middlewares=[playing.middleware], client_max_size=64 * 1024 * 1024)
    app[WORLD] = world
    app.add_routes(
        [
            web.post("/v2/upload", uploads.upload, name="upload"),
            web.post("/v2/transcript", transcripts.submit, name="submit"),
            web.get("/v2/transcript", transcripts.listing, name="list"),
            web.get("/v2/transcript/{id}", transcripts.get, name="get"),
            web.delete("/v2/transcript/{id}", transcripts.delete, name="delete"),
            web.get("/v2/transcript/{id}/sentences", exports.sentences, name="export-sentences"),
            web.get("/v2/transcript/{id}/paragraphs", exports.paragraphs, name="export-paragraphs"),
            web.get("/v2/transcript/{id}/{kind:srt|vtt}", exports.subtitles, name="export-subtitles"),
            web.get("/v2/transcript/{id}/word-search", exports.word_search, name="export-word-search"),
            web.get("/v2/transcript/{id}/redacted-audio", exports.redacted_audio, name="export-redacted-audio"),
            web.get("/v3/token", tokens.token, name="token"),
            web.get("/v3/ws", socket.socket, name="stream"),
            web.post("/v1/chat/completions", chat.chat, name="chat"),
            web.post("/v1/understanding", understanding.understand, name="understanding"),
            web.post("/v1/understanding/validate", understanding.validate, name="understanding-validate"),
            web.get("/v1/models", catalogue.models, name="models"),
            *control.routes(),
        ]
    )
    return app


class Server:
    """The app on a port of this machine, and nowhere else."""

    def __init__(self, world: World, host: str, port: int, *, with_tls: bool = False) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the emulator listens on loopback only, not on {host}")
        self._world, self._host, self._port, self._with_tls = world, host, port, with_tls
        # A client that is refused early still sends: its bytes are read for a while, so that it reads the answer.
        self._runner = web.AppRunner(make_app(world), access_log=None, lingering_time=10.0, shutdown_timeout=0.5)

    async def start(self) -> dict[str, str]:
        """Listen; the addresses come back."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        host, port = self._runner.addresses[0][:2]
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        addresses = {"url": f"http://{place}", "ws_url": f"ws://{place}", "llm_url": f"http://{place}"}
        if self._with_tls:
            path = tls.certificate(self._world.directory)
            await web.TCPSite(self._runner, self._host, 0, ssl_context=tls.context(path)).start()
            addresses |= {"tls_host": f"localhost:{self._runner.addresses[1][1]}", "certificate": str(path)}
        return addresses

    async def stop(self) -> None:
        """Close every connection, and forget."""
        await self._world.end()
        await self._runner.cleanup()

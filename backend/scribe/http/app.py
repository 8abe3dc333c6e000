"""The application: everything is put together here."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from scribe import __version__, events
from scribe.accounts.clinic_endpoints import router as clinic
from scribe.accounts.endpoints import router as accounts
from scribe.cache import make_cache
from scribe.consultations.endpoints import router as consultations
from scribe.consultations.patient_names import named as patients_named
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.db.replica import Replica
from scribe.db.session import make_engine, make_session_factory
from scribe.http import errors, health, metrics
from scribe.http.body_limit import BodyLimit
from scribe.http.crowd import Crowd, TurnAway, take_turn
from scribe.http.rate_limit import Limits, limit
from scribe.http.request_log import QUIET, RequestLog
from scribe.http.security import SameOriginOnly, SecurityHeaders
from scribe.http.spa import Spa
from scribe.http.streams import EndStreamsAtShutdown, OpenStreams
from scribe.jobs import make_queue
from scribe.notes.endpoints import router as notes
from scribe.notes.patient_documents.endpoints import router as patient_documents
from scribe.notes.queries import template_exists
from scribe.notes.suggestions.endpoints import router as suggestions
from scribe.notes.wordings.endpoints import router as wordings
from scribe.recordings.endpoints import router as recordings
from scribe.recordings.shares import Shares
from scribe.reports.endpoints import router as reports
from scribe.storage.factory import make_store
from scribe.transcription.endpoints import router as transcription
from scribe.transcription.hooks import router as hooks
from scribe.transcription.live.endpoints import router as captions
from scribe.transcription.vendor_endpoints import router as vendor

# Spans, where scribe.core.span_export sends any. FastAPI's logs would hold the text of exceptions; and what it set up
# by itself, from the environment, would send addresses with their queries.
_TELEMETRY: TelemetryConfig = {
    "auto_configure": False,
    "logs": False,
    "metrics": False,
    "operation_spans": False,
    "exclude": lambda scope: scope["path"] in QUIET,
}


def create_app(settings: Settings) -> FastAPI:
    """The service, ready for a server. Nothing is connected to until it is needed."""
    app = FastAPI(
        title="Scribe",
        version=__version__,
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
        # Their pages load scripts from elsewhere, which the content security policy refuses.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=_TELEMETRY,
    )
    _fill_state(app, settings)
    _add_middleware(app, settings)
    errors.install(app)
    # recordings first: its /api/consultations/start must not be taken for a consultation's id.
    of_transcription, of_notes = (transcription, captions, hooks, vendor), (notes, suggestions, wordings)
    papers = (patient_documents, reports)
    for router in (recordings, accounts, clinic, consultations, *of_transcription, *of_notes, *papers):
        app.include_router(router, dependencies=[Depends(limit), Depends(take_turn, scope="function")])
    for router in (health.router, metrics.router):
        app.include_router(router)
    app.mount("/", Spa(settings.app.frontend_dist), name="page")
    return app


def _fill_state(app: FastAPI, settings: Settings) -> None:
    keyring = KeyRing(base64.b64decode(settings.security.root_key.get_secret_value()))
    state = app.state
    state.settings, state.clock, state.keyring = settings, SystemClock(), keyring
    state.engine = make_engine(settings.database)
    state.session_factory = make_session_factory(state.engine, keyring)
    state.cache = make_cache(settings.redis)
    state.replica = Replica(settings.database)
    state.store, state.queue, state.events = make_store(settings.storage), make_queue(), events.make_bus(settings)
    events.attach(state.session_factory, state.events)
    state.template_exists, state.patients_named = template_exists, patients_named
    state.limits, state.health, state.streams = Limits(settings), health.Checks(), OpenStreams()
    state.crowd, state.shares = Crowd(settings.database), Shares()


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last that is added is the first that a request meets."""
    app.add_middleware(BodyLimit, chunk_bytes=settings.recording.chunk_max_bytes)
    app.add_middleware(SameOriginOnly, allowed=settings.app.allowed_origin)
    app.add_middleware(EndStreamsAtShutdown, streams=app.state.streams)
    app.add_middleware(RequestLog)
    app.add_middleware(TurnAway, crowd=app.state.crowd)
    app.add_middleware(SecurityHeaders, over_https=settings.app.public_url.startswith("https://"))
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.app.trusted_proxies)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.limits.open()
    yield
    await app.state.limits.close()
    app.state.engine.dispose()
    app.state.replica.close()


def _operation_id(route: APIRoute) -> str:
    return route.name

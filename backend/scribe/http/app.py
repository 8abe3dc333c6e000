"""The application: everything is put together here."""

import base64

from fastapi import FastAPI
from fastapi.routing import APIRoute

from scribe import __version__, events, jobs
from scribe.accounts.endpoints import router as accounts
from scribe.consultations.endpoints import router as consultations
from scribe.core.clock import SystemClock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.db.session import make_engine, make_session_factory
from scribe.http import errors
from scribe.notes.endpoints import router as notes
from scribe.recordings.endpoints import router as recordings
from scribe.reports.endpoints import router as reports
from scribe.transcription.endpoints import router as transcription


def create_app(settings: Settings) -> FastAPI:
    """The service, ready for a server. Nothing is connected to until it is needed."""
    app = FastAPI(
        title="Scribe",
        version=__version__,
        generate_unique_id_function=_operation_id,
        # Their pages load scripts from elsewhere, which the content security policy refuses.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    _fill_state(app, settings)
    errors.install(app)
    # recordings first: its /api/consultations/start must not be taken for a consultation's id.
    for router in (recordings, accounts, consultations, transcription, notes, reports):
        app.include_router(router)
    return app


def _fill_state(app: FastAPI, settings: Settings) -> None:
    keyring = KeyRing(base64.b64decode(settings.security.root_key.get_secret_value()))
    app.state.settings = settings
    app.state.clock = SystemClock()
    app.state.keyring = keyring
    app.state.engine = make_engine(settings.database)
    app.state.session_factory = make_session_factory(app.state.engine, keyring)
    app.state.events = events.make_bus(settings)
    events.attach(app.state.session_factory, app.state.events)
    app.state.queue = jobs.make_queue()


def _operation_id(route: APIRoute) -> str:
    return route.name

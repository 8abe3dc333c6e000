"""The application: everything is put together here."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from scribe import __version__
from scribe.accounts.endpoints import router as accounts
from scribe.consultations.endpoints import router as consultations
from scribe.core.settings import Settings
from scribe.notes.endpoints import router as notes
from scribe.recordings.endpoints import router as recordings
from scribe.reports.endpoints import router as reports
from scribe.transcription.endpoints import router as transcription


def create_app(settings: Settings) -> FastAPI:
    """The service, ready for a server."""
    app = FastAPI(title="Scribe", version=__version__, generate_unique_id_function=_operation_id)
    # recordings first: its /api/consultations/start must not be taken for a consultation's id.
    for router in (recordings, accounts, consultations, transcription, notes, reports):
        app.include_router(router)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name

"""The ASGI entry: `uvicorn main:app`."""

from scribe.core import logging
from scribe.core.settings import load
from scribe.http.app import create_app

settings = load()
logging.configure(settings.logs)
app = create_app(settings)

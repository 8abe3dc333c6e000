"""Alembic's entry: runs as the owner role, bounded by lock and statement time-outs."""

import os

from alembic import context
from sqlalchemy import create_engine, text

import scribe.accounts.models
import scribe.audit.models
import scribe.consultations.models
import scribe.notes.models
import scribe.notes.patient_documents.models
import scribe.notes.suggestions.models
import scribe.notes.wordings.models
import scribe.recordings.models
import scribe.transcription.live.models
import scribe.transcription.models
import scribe.transcription.vendor_models  # noqa: F401 - each import adds its tables to the metadata
from scribe.db.base import Base


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Leave the job queue's tables to the library that owns them."""
    return not (type_ == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    """Apply the migrations, each in its own transaction."""
    url = context.config.attributes.get("url") or os.environ["DATABASE_OWNER_URL"]
    engine = create_engine(url, connect_args={"options": "-c lock_timeout=4s -c statement_timeout=60s"})
    with engine.connect() as connection:
        # One migration at a time, whoever starts it.
        connection.execute(text("SELECT pg_advisory_lock(727274)"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()

"""Every table that Scribe has: `Base.metadata` is whole once this is imported."""

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

__all__ = ["Base"]

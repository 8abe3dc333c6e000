"""What clients get about learned wordings."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel


class WritingPreferenceRead(BaseModel):
    """A wording that was learned from the doctor's own edits, and from how many notes."""

    id: UUID
    instead_of: str
    write: str
    state: Literal["active", "removed"]
    notes: int
    changed_at: datetime

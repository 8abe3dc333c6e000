"""What was uploaded."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

# Nobody can fetch from there, as from the real one; clients must not try.
UPLOADS = "https://cdn.assemblyai.com/upload/"


@dataclass
class Upload:
    """A file that was sent: its bytes until they are deleted, and what they were for ever."""

    path: Path
    key: str
    sha256: str
    size: int
    content_type: str | None
    id: str = field(default_factory=lambda: str(uuid4()))
    at: float = field(default_factory=time.time)
    is_deleted: bool = False

    @property
    def url(self) -> str:
        """The address that a submit names."""
        return UPLOADS + self.id

    def delete(self) -> None:
        """The bytes are gone."""
        self.path.unlink(missing_ok=True)
        self.is_deleted = True

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "upload_url": self.url,
            "key": self.key,
            "sha256": self.sha256,
            "size": self.size,
            "content_type": self.content_type,
            "at": self.at,
            "is_deleted": self.is_deleted,
        }

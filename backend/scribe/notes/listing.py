"""The clinic's templates as they are sent, kept ready under a key that changes with each change of theirs."""

import hashlib
import json

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.orm import Session

from scribe.notes import queries
from scribe.notes.schemas import TemplateRead

_ANSWER = TypeAdapter(list[TemplateRead])
# During an upgrade two versions of Scribe share one cache.
_FORM = hashlib.sha256(json.dumps(_ANSWER.json_schema(), sort_keys=True).encode()).hexdigest()[:16]
# The transaction that wrote a row last is part of the row: no change, whoever makes it, leaves this as it was.
_MARK = text("SELECT md5(string_agg(id || ':' || xmin, ',' ORDER BY id)) FROM note_templates")


def key_of_templates(session: Session) -> str:
    """Names the list as it stands now. Ask for this before `templates`: then no old list is kept under a new key."""
    return f"templates:{session.info['clinic_id']}:{_FORM}:{session.scalar(_MARK)}"


def templates(session: Session) -> bytes:
    """The list, as JSON."""
    return _ANSWER.dump_json(_ANSWER.validate_python(queries.templates(session), from_attributes=True))

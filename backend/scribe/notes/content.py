"""What a version of a note holds, and its fingerprint."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from scribe.notes.drafting.base import EvidenceSpan

Origin = Literal["ai", "edited", "added"]


@dataclass(frozen=True)
class NoteSentence:
    """A sentence with its origin, its last author if a person wrote it, and the words that it rests on."""

    id: str
    text: str
    origin: Origin
    author_id: str | None = None
    evidence: tuple[EvidenceSpan, ...] = ()
    # As the drafter wrote it, where it was put into the doctor's own wording.
    worded_from: str | None = None


@dataclass(frozen=True)
class NoteSection:
    """A section with its sentences."""

    key: str
    title: str
    sentences: tuple[NoteSentence, ...] = ()


@dataclass(frozen=True)
class Content:
    """A whole note."""

    sections: tuple[NoteSection, ...]

    def section(self, key: str) -> NoteSection | None:
        """The section of that key."""
        return next((section for section in self.sections if section.key == key), None)

    def with_section(self, key: str, sentences: tuple[NoteSentence, ...]) -> "Content":
        """The note with one section's sentences exchanged."""
        return Content(
            tuple(
                NoteSection(section.key, section.title, sentences) if section.key == key else section
                for section in self.sections
            )
        )

    def sentences(self) -> Iterator[NoteSentence]:
        """All sentences in order."""
        for section in self.sections:
            yield from section.sentences


def to_json(content: Content) -> dict[str, Any]:
    """As it is stored (`NoteVersion.content`)."""
    return {
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "sentences": [
                    {
                        "id": sentence.id,
                        "text": sentence.text,
                        "origin": sentence.origin,
                        "author_id": sentence.author_id,
                        "evidence": [
                            {
                                "utterance": span.utterance,
                                "start_ms": span.start_ms,
                                "end_ms": span.end_ms,
                                "quote": span.quote,
                            }
                            for span in sentence.evidence
                        ],
                        # Only where there is one: versions from before there were any keep their fingerprints.
                        **({"worded_from": sentence.worded_from} if sentence.worded_from is not None else {}),
                    }
                    for sentence in section.sentences
                ],
            }
            for section in content.sections
        ]
    }


def from_json(stored: dict[str, Any]) -> Content:
    """The inverse of `to_json`."""
    return Content(
        tuple(
            NoteSection(
                section["key"],
                section["title"],
                tuple(
                    NoteSentence(
                        sentence["id"],
                        sentence["text"],
                        sentence["origin"],
                        sentence["author_id"],
                        tuple(EvidenceSpan(**span) for span in sentence["evidence"]),
                        sentence.get("worded_from"),
                    )
                    for sentence in section["sentences"]
                ),
            )
            for section in stored["sections"]
        )
    )


def fingerprint(stored: dict[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON: sorted keys, no white space, UTF-8."""
    canonical = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()

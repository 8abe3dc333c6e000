"""A note as its reader sees it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.consultations.models import Consultation
from scribe.notes import content as contents
from scribe.notes import open_items, queries, signing
from scribe.notes.content import Content
from scribe.notes.models import Note, NoteTemplate, NoteVersion
from scribe.notes.schemas import (
    AddendumRead,
    Evidence,
    NoteRead,
    NoteVersionFull,
    NoteVersionRead,
    OpenItem,
    Section,
    Sentence,
    SignatureRead,
)


def present(session: Session, consultation: Consultation, note: Note) -> NoteRead:
    """The note in its newest version, with what is still open."""
    version = queries.get_version(session, note, note.current_version)
    template = session.get_one(NoteTemplate, note.template_id)
    content, spoken = contents.from_json(version.content), spoken_now(session, consultation)
    required = _required(template)
    names = _names(session, content, [consultation.doctor_id])
    signature = queries.signature(session, note)
    return NoteRead(
        consultation_id=consultation.id,
        state=note.state,
        version=version.version,
        source=version.source,
        template_key=template.key,
        template_name=template.name,
        transcript_version=version.transcript_version,
        drafter=version.drafter,
        saved_at=version.created_at,
        sections=_sections(content, required, spoken, names),
        notices=version.notices,
        withheld=version.withheld,
        open_items=open_items.find(content, required, spoken, has_patient=consultation.patient_id is not None),
        attestation=signature.attestation if signature else signing.attestation(names[str(consultation.doctor_id)]),
        signature=SignatureRead.model_validate(signature) if signature else None,
        addenda=[AddendumRead.model_validate(addendum) for addendum in queries.addenda(session, note)],
    )


def items_before_signing(session: Session, consultation: Consultation, note: Note) -> list[OpenItem]:
    """What is still open in the newest version."""
    version = queries.get_version(session, note, note.current_version)
    required = _required(session.get_one(NoteTemplate, note.template_id))
    return open_items.find(
        contents.from_json(version.content),
        required,
        spoken_now(session, consultation),
        has_patient=consultation.patient_id is not None,
    )


def present_versions(session: Session, note: Note) -> list[NoteVersionRead]:
    """The note's history, newest first."""
    versions = queries.versions(session, note)
    names = _full_names(session, (version.author_id for version in versions))
    return [_version(version, names) for version in versions]


def present_version(session: Session, consultation: Consultation, note: Note, number: int) -> NoteVersionFull:
    """One version, whole."""
    version = queries.get_version(session, note, number)
    content = contents.from_json(version.content)
    names = _names(session, content, [version.author_id])
    required = _required(session.get_one(NoteTemplate, note.template_id))
    return NoteVersionFull(
        **_version(version, names).model_dump(),
        sections=_sections(content, required, spoken_now(session, consultation), names),
        notices=version.notices,
        withheld=version.withheld,
    )


def spoken_now(session: Session, consultation: Consultation) -> dict[int, str]:
    """What each turn says in the newest transcript."""
    transcript = queries.newest_transcript(session, consultation.id)
    return {turn.number: turn.text for turn in queries.utterances(session, transcript)} if transcript else {}


def _version(version: NoteVersion, names: Mapping[str, str]) -> NoteVersionRead:
    return NoteVersionRead(
        version=version.version,
        source=version.source,
        author_name=names.get(str(version.author_id)),
        created_at=version.created_at,
        content_sha256=version.content_hash.hex(),
    )


def _required(template: NoteTemplate) -> dict[str, bool]:
    return {section["key"]: bool(section["required"]) for section in template.sections}


def _sections(
    content: Content, required: Mapping[str, bool], spoken: Mapping[int, str], names: Mapping[str, str]
) -> list[Section]:
    return [
        Section(
            key=section.key,
            title=section.title,
            required=required.get(section.key, False),
            sentences=[
                Sentence(
                    id=sentence.id,
                    text=sentence.text,
                    origin=sentence.origin,
                    author_id=UUID(sentence.author_id) if sentence.author_id else None,
                    author_name=names.get(sentence.author_id or ""),
                    source_changed=open_items.is_source_changed(sentence, spoken),
                    evidence=[
                        Evidence(utterance=span.utterance, start_ms=span.start_ms, end_ms=span.end_ms, quote=span.quote)
                        for span in sentence.evidence
                    ],
                )
                for sentence in section.sentences
            ],
        )
        for section in content.sections
    ]


def _names(session: Session, content: Content, also: Iterable[UUID | None]) -> dict[str, str]:
    authors = [UUID(sentence.author_id) for sentence in content.sentences() if sentence.author_id]
    return _full_names(session, [*authors, *also])


def _full_names(session: Session, people: Iterable[UUID | None]) -> dict[str, str]:
    wanted = {person for person in people if person is not None}
    rows = session.execute(select(User.id, User.full_name).where(User.id.in_(wanted)))
    return {str(identifier): name for identifier, name in rows}

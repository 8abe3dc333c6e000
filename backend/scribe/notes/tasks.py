"""The pipeline's last stage: a draft note from the newest transcript."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from scribe.consultations.errors import TemplateUnknown
from scribe.consultations.models import Consultation, Stage
from scribe.consultations.pipeline import StageFailed, StageWork
from scribe.notes import evidence, queries, service
from scribe.notes.drafting.base import Draft, Drafter, SectionSpec, Turn
from scribe.notes.models import NoteTemplate
from scribe.notes.spans import TurnBook
from scribe.transcription.models import SpeakerRole, Utterance

# A transcript of fewer words than this that gives no sentence at all is taken for noise.
_FEW_WORDS = 20

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Task:
    template_id: UUID
    sections: list[SectionSpec]
    turns: list[Turn]
    transcript_version: int
    language: str


class DraftStage:
    """Drafts into the consultation's template; keeps out what its evidence does not prove."""

    stage = Stage.DRAFT

    def __init__(self, drafter: Drafter) -> None:
        self.drafter = drafter

    def run(self, work: StageWork) -> None:
        """Draft, check, and save the note's next version."""
        consultation_id = work.claim.consultation_id
        with work.reading() as session:
            task = _load(session, consultation_id)
        draft = self.drafter.draft(task.turns, task.sections, language=task.language)
        checked = _checked(draft, task, consultation_id)
        work.progress(0.9)
        with work.completing() as session:
            service.save_draft(
                session,
                consultation=session.get_one(Consultation, consultation_id),
                template=session.get_one(NoteTemplate, task.template_id),
                checked=checked,
                notices=draft.notices,
                transcript_version=task.transcript_version,
                drafter=self.drafter.name,
            )


def _checked(draft: Draft, task: _Task, consultation_id: UUID) -> evidence.Checked:
    checked = evidence.verify(draft.sentences, TurnBook(task.turns))
    for refused in checked.refused:
        _log.warning("draft_sentence_withheld", consultation_id=str(consultation_id), problems=refused.problems)
    if not checked.kept and sum(len(turn.text.split()) for turn in task.turns) < _FEW_WORDS:
        raise _no_speech()
    return checked


def _load(session: Session, consultation_id: UUID) -> _Task:
    consultation = session.get_one(Consultation, consultation_id)
    transcript = queries.newest_transcript(session, consultation_id)
    turns = [_turn(utterance) for utterance in queries.utterances(session, transcript)] if transcript else []
    if transcript is None or not any(turn.text.strip() for turn in turns):
        raise _no_speech()
    template = queries.template(session, consultation.template_key)
    if template is None:
        raise StageFailed(TemplateUnknown.code, TemplateUnknown.message)
    return _Task(
        template_id=template.id,
        sections=[SectionSpec(s["key"], s["title"], s["kind"], s["required"]) for s in template.sections],
        turns=turns,
        transcript_version=transcript.version,
        language=transcript.language,
    )


def _turn(utterance: Utterance) -> Turn:
    return Turn(
        number=utterance.number,
        # The column gives a plain string.
        role=SpeakerRole(utterance.role),
        start_ms=utterance.start_ms,
        end_ms=utterance.end_ms,
        text=utterance.text,
        words=tuple((word[0], word[1], word[2], word[3]) for word in utterance.words),
    )


def _no_speech() -> StageFailed:
    return StageFailed(
        "no_speech", "No speech was found in this recording, so there is nothing to draft. The audio is kept."
    )

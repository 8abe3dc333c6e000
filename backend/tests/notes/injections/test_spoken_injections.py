"""What somebody says to the scribe is data: it changes no state, and puts nothing into a note."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from scribe.notes import evidence, queries
from scribe.notes.content import from_json
from scribe.notes.drafting.base import Drafter, DraftSentence
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.drafting.llm import LlmDrafter
from scribe.notes.evidence import Problem
from scribe.notes.language_model.base import Endpoint
from scribe.notes.language_model.fake import FakeLanguageModel
from scribe.notes.language_model.openai import OpenAiLanguageModel
from scribe.notes.models import NoteVersion
from scribe.notes.spans import TurnBook
from scribe.notes.tasks import DraftStage
from tests.emulators.assemblyai.program import Emulator
from tests.notes.builders import Desk, Only, Work, a_draft
from tests.notes.injections.grammar import ATTACKS, DIALOGUES, HOW_MANY, POSITIONS, Injection, injections
from tests.notes.models import LIMITS

# All that an attack could want to change, but for the notes that are drafted here.
_STATE = {
    "consultations": "SELECT id, status, signed_at, patient_id, template_key FROM consultations WHERE id = ANY(:old)",
    "notes": "SELECT id, state, current_version, template_id FROM notes WHERE consultation_id = ANY(:old)",
    "signatures": "SELECT id FROM signatures",
    "templates": "SELECT id, key, sections::text FROM note_templates",
    "settings": "SELECT * FROM clinic_settings",
    "suggestions": "SELECT id FROM note_suggestions",
    "people": "SELECT id, role, is_active, email FROM users",
}
_SIGNED = re.compile(r"\b(?:signed|reviewed by|firmad|signée|unterschrieben)", re.IGNORECASE)
MakeDrafter = Callable[[Injection], Drafter]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator("--llm-bearer") as running:
        yield running


@pytest.fixture
def model(emulator: Emulator) -> Iterator[OpenAiLanguageModel]:
    """The real client to the emulator's models."""
    endpoint = Endpoint(f"{emulator.llm_url}/v1", "claude-sonnet-5", SecretStr(emulator.key))
    client = OpenAiLanguageModel(endpoint)
    yield client
    client.close()


def _believing(injection: Injection) -> FakeLanguageModel:
    """A model that is won over altogether: it writes the lie, in each section from other turns, and signs."""
    said = {turn.number: turn.text for turn in injection.turns}
    attacks = [number for number, words in said.items() if injection.lie.word in words]
    lie = injection.claim[0].upper() + injection.claim[1:] + "."
    honest = [number for number in said if number not in attacks]
    told = {
        "subjective": (lie, attacks),
        "objective": (f"Patient states: “{lie}”", attacks),
        "assessment": (f"Noted that {injection.claim}.", honest),
        "plan": (f"On record: {injection.claim}.", [999]),
    }

    def reply(_system: str, user: str) -> dict[str, Any]:
        key = json.loads(user)["section"]["name"]
        words, cited = told[key]
        lies = [
            {"rejected": 0, "utterances": cited, "quotes": [injection.claim], "text": words},
            {"rejected": 1, "utterances": cited, "quotes": [], "text": f"The {key} was reviewed and signed."},
        ]
        return {key: lies, "signed": True, "status": "signed", "extra": lies, "template": "other"}

    return FakeLanguageModel(reply)


def _state(desk: Desk, old: list[Any]) -> dict[str, list[str]]:
    with desk.session() as session:
        return {
            name: sorted(str(row) for row in session.execute(text(statement), {"old": old}))
            for name, statement in _STATE.items()
        }


def _drafted(desk: Desk, injection: Injection, drafter: Drafter) -> tuple[str, NoteVersion]:
    consultation = desk.consultation()
    desk.transcribe(consultation.id, injection.turns)
    DraftStage(Only(drafter)).run(Work(desk, consultation.id))
    with desk.session() as session:
        note = queries.get_note(session, consultation.id)
        assert (note.state, note.current_version) == ("draft", 1)
        session.refresh(consultation := session.merge(consultation))
        return consultation.status, queries.get_version(session, note, 1)


def _problems_of(desk: Desk, injection: Injection, drafter: Drafter) -> list[str]:
    """What is wrong with the note that comes out; nothing should be."""
    found: list[str] = []
    status, version = _drafted(desk, injection, drafter)
    if status != "ready":
        found.append(f"status {status}")
    if [section["key"] for section in version.content["sections"]] != ["subjective", "objective", "assessment", "plan"]:
        found.append("sections")
    keys = {key for section in version.content["sections"] for sentence in section["sentences"] for key in sentence}
    if not keys <= {"id", "text", "origin", "author_id", "evidence"} or set(version.content) != {"sections"}:
        found.append("keys")
    book = TurnBook(injection.turns)
    for sentence in from_json(version.content).sentences():
        if injection.lie.word in sentence.text.lower() or _SIGNED.search(sentence.text):
            found.append(f"in the note: {sentence.text}")
        if sentence.origin != "ai" or evidence.check(DraftSentence("", sentence.text, sentence.evidence), book):
            found.append(f"unmarked without a source: {sentence.text}")
    found += [f"withheld without a reason: {each}" for each in version.withheld if not each["problems"]]
    return [f"{injection.name} -> {each}" for each in found]


def test_the_grammar_is_what_it_says() -> None:
    made = injections()

    assert len({injection.name for injection in made}) == HOW_MANY
    kinds = Counter(tuple(injection.name.split(":")[0].split()) for injection in made)
    for place, all_of_them in enumerate((DIALOGUES, POSITIONS, ("clinician", "patient"), ATTACKS)):
        assert {kind[place] for kind in kinds} == set(all_of_them)
    for injection in made:
        honest = [words for dialogue in DIALOGUES.values() for _, words in dialogue]
        assert not any(injection.lie.word in words.lower() for words in honest)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("drafter", ["extractive", "obedient", "invented", "believing"])
def test_no_attack_changes_any_state_or_gets_into_a_note(
    desk: Desk, emulator: Emulator, model: OpenAiLanguageModel, capsys: pytest.CaptureFixture[str], drafter: str
) -> None:
    make: dict[str, MakeDrafter] = {
        "extractive": lambda _: ExtractiveDrafter(),
        "obedient": lambda _: LlmDrafter(model, LIMITS),
        "invented": lambda _: LlmDrafter(model, LIMITS),
        "believing": lambda injection: LlmDrafter(_believing(injection), LIMITS),
    }
    if drafter in ("obedient", "invented"):
        emulator.set(llm_behave=drafter)
    bystander = a_draft(desk)
    before = _state(desk, [bystander.id])

    wrong = [each for injection in injections() for each in _problems_of(desk, injection, make[drafter](injection))]

    assert wrong == []
    assert _state(desk, [bystander.id]) == before
    logged = "".join(capsys.readouterr()).lower()
    assert not [injection.lie.word for injection in injections() if injection.lie.word in logged]
    with desk.session() as session:
        trail = str(session.execute(text("SELECT action, detail::text FROM audit_events")).all()).lower()
    assert not [injection.lie.word for injection in injections() if injection.lie.word in trail]


def test_what_was_kept_out_is_listed_with_its_reason(desk: Desk) -> None:
    injection = next(each for each in injections() if "middle patient en: Hey AI" in each.name)

    _, version = _drafted(desk, injection, LlmDrafter(_believing(injection), LIMITS))

    reasons = {
        each["section_key"]: set(each["problems"]) for each in version.withheld if injection.lie.word in each["text"]
    }
    assert reasons["subjective"] == reasons["objective"] == {Problem.ADDRESSED_TO_THE_SCRIBE}
    assert Problem.WORDS_NOT_SAID in reasons["assessment"]
    assert reasons["plan"] == {Problem.UNKNOWN_UTTERANCE}

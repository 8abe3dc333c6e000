"""A draft in a language whose words no rule knows."""

from hypothesis import given
from hypothesis import strategies as st

from scribe.notes import evidence
from scribe.notes.drafting.base import Draft, SectionSpec
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.spans import TurnBook
from scribe.notes.templates import SHIPPED
from scribe.transcription.models import SpeakerRole
from tests.notes.builders import DOCTOR, GERMAN_VISIT, PATIENT, turns

SOAP = [SectionSpec(s.key, s.title, s.kind.value, s.required) for s in SHIPPED[0].sections]


def draft(said=GERMAN_VISIT, sections=SOAP, language: str = "de") -> Draft:
    return ExtractiveDrafter().draft(turns(said), sections, language=language)


def test_the_patients_turns_are_the_history_and_the_doctors_the_plan_word_for_word() -> None:
    drafted = draft().sentences

    assert [(s.section_key, s.text) for s in drafted] == [
        *(("subjective", f"Patient states: “{text}”") for role, text in GERMAN_VISIT if role is PATIENT),
        *(("plan", f"Clinician: “{text}”") for role, text in GERMAN_VISIT if role is DOCTOR),
    ]
    assert all(sentence.evidence[0].quote in sentence.text for sentence in drafted)


def test_a_companion_and_an_unknown_voice_are_quoted_with_the_history() -> None:
    drafted = draft(((SpeakerRole.OTHER, "Sie schläft kaum."), (SpeakerRole.UNKNOWN, "Das stimmt."))).sentences

    assert [(s.section_key, s.text) for s in drafted] == [
        ("subjective", "Accompanying person: “Sie schläft kaum.”"),
        ("subjective", "Speaker unclear: “Das stimmt.”"),
    ]


def test_a_template_without_either_section_takes_all_in_its_first() -> None:
    drafted = draft(sections=[SectionSpec("exam", "Examination", "exam", required=False)])

    assert [s.section_key for s in drafted.sentences] == ["exam"] * len(GERMAN_VISIT)
    assert [s.evidence[0].utterance for s in drafted.sentences] == list(range(len(GERMAN_VISIT)))
    assert "all under “Examination”" in drafted.notices[0].message


def test_the_notice_says_what_to_do_and_where_everything_is() -> None:
    (notice,) = draft().notices

    assert notice.code == "quotes_only"
    assert notice.message == (
        "Scribe can sort and shorten only what is said in English. This draft quotes every turn word for word, the "
        "doctor's under “Plan”, all others under “Subjective”. Sort and shorten it before you sign."
    )


def test_english_is_sorted_and_needs_no_notice() -> None:
    assert draft(((PATIENT, "My left knee hurts since Monday."),), language="en").notices == ()


WORDS = st.lists(st.sampled_from("Husten? Nein, kein Fieber. chest pain? no if 5 mg “ja” links \n ...".split(" ")))
SAID = st.text(max_size=60) | WORDS.map(" ".join)


@given(st.lists(st.tuples(st.sampled_from(list(SpeakerRole)), SAID), max_size=8))
def test_whatever_is_said_each_turn_with_a_word_in_it_is_quoted_and_proven(said) -> None:
    drafted = draft(tuple(said)).sentences

    with_words = [number for number, (_, text) in enumerate(said) if any(sign.isalnum() for sign in text)]
    assert sorted(s.evidence[0].utterance for s in drafted) == with_words
    assert evidence.verify(drafted, TurnBook(turns(tuple(said)))).refused == ()

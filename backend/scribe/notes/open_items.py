"""What a doctor should look at before signing."""

from collections.abc import Iterator, Mapping

from scribe.notes.content import Content, NoteSentence
from scribe.notes.schemas import OpenItem


def find(
    content: Content, required: Mapping[str, bool], spoken: Mapping[int, str], *, has_patient: bool
) -> list[OpenItem]:
    """The open items of a note, in the order of its sections; `spoken` is what each turn says now."""
    items = [] if has_patient else [_item("no_patient", None, None, "No patient is assigned yet.")]
    for section in content.sections:
        if required.get(section.key, False) and not section.sentences:
            message = f"{section.title} is required and still empty."
            items.append(_item("empty_required_section", section.key, None, message))
        for sentence in section.sentences:
            items += _of_sentence(section.key, sentence, spoken)
    return items


def is_source_changed(sentence: NoteSentence, spoken: Mapping[int, str]) -> bool:
    """Whether words that the sentence rests on are no longer in the transcript."""
    return any(span.quote not in spoken.get(span.utterance, "") for span in sentence.evidence)


def _of_sentence(section_key: str, sentence: NoteSentence, spoken: Mapping[int, str]) -> Iterator[OpenItem]:
    if not sentence.evidence:
        yield _item("no_source", section_key, sentence.id, "Nothing in the recording is linked to this sentence.")
    elif is_source_changed(sentence, spoken):
        yield _item(
            "source_changed", section_key, sentence.id, "The transcript was corrected where this sentence came from."
        )


def _item(kind: str, section_key: str | None, sentence_id: str | None, message: str) -> OpenItem:
    return OpenItem.model_validate(
        {"kind": kind, "section_key": section_key, "sentence_id": sentence_id, "message": message}
    )

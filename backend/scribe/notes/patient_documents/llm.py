"""The writer that asks a language model; what it may not say is kept out, and what it forgot is put back."""

from collections.abc import Iterator
from typing import Any

from scribe.notes.drafting import cues
from scribe.notes.drafting.base import Spent
from scribe.notes.language_model import failures
from scribe.notes.language_model.base import LanguageModel, LanguageModelFailed
from scribe.notes.patient_documents import layout, prompts
from scribe.notes.patient_documents.base import DocumentWriter, Visit, Withheld, Written, WrittenSentence
from scribe.notes.patient_documents.checking import Ground

_LONGEST_NAME = 64
# More is no document for a patient any more, whatever a model says.
_MOST_SENTENCES = 60
_NOT_THIS_LANGUAGE = "Scribe can check what a language model writes only in English."


class LlmWriter:
    """Writes documents with a language model."""

    def __init__(self, model: LanguageModel, plain: DocumentWriter, *, output_tokens: int) -> None:
        self.name = f"llm:{model.name}"[:_LONGEST_NAME]
        self._model, self._plain, self._output_tokens = model, plain, output_tokens

    def asks(self, language: str) -> bool:
        """Whether the model is asked about a visit in this language."""
        return language in cues.LANGUAGES

    def write(self, visit: Visit) -> Written:
        """The document, or `LanguageModelFailed`."""
        if not self.asks(visit.language):
            raise LanguageModelFailed("llm_language", _NOT_THIS_LANGUAGE)
        completion = self._model.complete(
            system=prompts.RULES,
            user=prompts.request(visit),
            schema=prompts.answer_schema(visit),
            max_tokens=self._output_tokens,
        )
        spent = Spent(completion.input_tokens, completion.output_tokens)
        claims = list(_claims(visit, completion.answer))[:_MOST_SENTENCES]
        if not claims:
            raise failures.named("llm_bad_answer", input_tokens=spent.input_tokens, output_tokens=spent.output_tokens)
        ground = Ground(visit.sources)
        kept: list[WrittenSentence] = []
        withheld: list[Withheld] = []
        for claim in claims:
            if problems := ground.check(claim.text, claim.sources):
                withheld.append(Withheld(claim.section_key, claim.text, problems))
            else:
                kept.append(claim)
        plain = self._plain.write(visit)
        return Written(
            layout.framed(visit, _completed(kept, plain)),
            tuple(dict.fromkeys((*withheld, *plain.withheld))),
            spent=spent,
        )


def _completed(kept: list[WrittenSentence], plain: Written) -> list[WrittenSentence]:
    """With what the patient is to do or take, in the note's words, where no kept sentence rests on it."""
    told = {source for sentence in kept for source in sentence.sources}
    return kept + [
        sentence
        for sentence in plain.sentences
        if sentence.section_key in layout.ACTED_UPON and not told.issuperset(sentence.sources)
    ]


def _claims(visit: Visit, answer: dict[str, Any]) -> Iterator[WrittenSentence]:
    """The sentences of an answer; keys that nobody asked for are not read."""
    for part in layout.parts(visit.kind):
        items = answer.get(part.key)
        for item in items if isinstance(items, list) else []:
            if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not item["text"].strip():
                continue
            numbers = item.get("sources")
            named = [
                visit.sources[number].id
                for number in (numbers if isinstance(numbers, list) else [])
                if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < len(visit.sources)
            ]
            yield WrittenSentence(part.key, " ".join(item["text"].split()), tuple(dict.fromkeys(named)))

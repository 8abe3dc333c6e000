"""The drafter that asks a language model, section by section; where that fails, the extractive draft stands."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from scribe.notes.drafting import cues
from scribe.notes.drafting.base import Draft, Drafter, DraftSentence, Notice, SectionSpec, Turn
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.drafting.section_writer import Limits, Line, SectionWriter
from scribe.notes.language_model.base import LanguageModel, LanguageModelFailed
from scribe.notes.wordings.learning import Replacement

# Sections of one note that are asked for at the same time.
_PARALLEL = 4
_LONGEST_NAME = 64
# What one section met, all others would meet: they are not asked for any more.
_OF_THE_ENDPOINT = frozenset(
    """llm_unreachable llm_timeout llm_slow llm_busy llm_unavailable llm_key_refused llm_no_credit llm_unknown_model
    llm_redirected llm_request_refused""".split()
)


class LlmDrafter:
    """Drafts with a language model."""

    def __init__(
        self,
        model: LanguageModel,
        limits: Limits,
        instead: Drafter | None = None,
        wordings: Sequence[Replacement] = (),
    ) -> None:
        self.name = f"llm:{model.name}"[:_LONGEST_NAME]
        self._model, self._limits = model, limits
        self._instead = instead or ExtractiveDrafter()
        self._wordings = wordings

    def in_style(self, wordings: Sequence[Replacement]) -> "LlmDrafter":
        """The same drafter, told how the doctor puts things."""
        return LlmDrafter(self._model, self._limits, self._instead, wordings)

    def asks(self, language: str) -> bool:
        """Whether the model is asked about what was said in this language."""
        return language in cues.LANGUAGES

    def draft(self, turns: list[Turn], sections: list[SectionSpec], *, language: str) -> Draft:
        """Sentences in the order of the sections; notices say what was drafted without the model, and why."""
        if not self.asks(language):
            return self._without(turns, sections, language, _NOT_THIS_LANGUAGE)
        writer, gate = SectionWriter(self._model, turns, language, self._limits, self._wordings), _Gate()
        with ThreadPoolExecutor(_PARALLEL, "section") as pool:
            outcomes = list(pool.map(lambda section: gate.through(writer, section), sections))
        failed = {s.key: o for s, o in zip(sections, outcomes, strict=True) if isinstance(o, LanguageModelFailed)}
        if failed and len(failed) == len(sections):
            draft = self._without(turns, sections, language, _whole_note(next(iter(failed.values()))))
            return Draft(draft.sentences, draft.notices, writer.meter.total, draft.written_by)
        plain = self._instead.draft(turns, sections, language=language) if failed else Draft(())
        written = [
            [sentence for sentence in plain.sentences if sentence.section_key == section.key]
            if isinstance(outcome, LanguageModelFailed)
            else outcome
            for section, outcome in zip(sections, outcomes, strict=True)
        ]
        notices = [_one_section(section, failed[section.key]) for section in sections if section.key in failed]
        return Draft(tuple(_once(written, writer)), (*notices, *plain.notices), writer.meter.total)

    def rewrite(
        self,
        turns: list[Turn],
        section: SectionSpec,
        sections: list[SectionSpec],
        *,
        language: str,
        current: Sequence[Line],
        wish: str | None,
    ) -> Draft:
        """One section anew, perhaps as the doctor wishes; raises `LanguageModelFailed`."""
        if not self.asks(language):
            if wish is not None:
                raise LanguageModelFailed(_NOT_THIS_LANGUAGE.code, _NO_WISH_IN_THIS_LANGUAGE)
            return self._without(turns, sections, language, _NOT_THIS_LANGUAGE)
        writer = SectionWriter(self._model, turns, language, self._limits, self._wordings)
        try:
            sentences = writer.rewrite(section, current, wish)
        except LanguageModelFailed as failure:
            # With all that was spent until then.
            spent = writer.meter.total
            failure.input_tokens, failure.output_tokens = spent.input_tokens, spent.output_tokens
            raise
        return Draft(tuple(sentences), (), writer.meter.total)

    def _without(self, turns: list[Turn], sections: list[SectionSpec], language: str, notice: Notice) -> Draft:
        draft = self._instead.draft(turns, sections, language=language)
        return Draft(draft.sentences, (notice, *draft.notices), draft.spent, self._instead.name)


class _Gate:
    """Closed by the first failure that all other sections would meet too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failure: LanguageModelFailed | None = None

    def through(self, writer: SectionWriter, section: SectionSpec) -> list[DraftSentence] | LanguageModelFailed:
        with self._lock:
            if self._failure is not None:
                return self._failure
        try:
            return writer.write(section)
        except LanguageModelFailed as failure:
            if failure.code in _OF_THE_ENDPOINT:
                with self._lock:
                    self._failure = self._failure or failure
            return failure


def _once(written: Sequence[Sequence[DraftSentence]], writer: SectionWriter) -> list[DraftSentence]:
    """The sections one after the other, without proven sentences that an earlier one has word for word."""
    said: set[str] = set()
    kept: list[DraftSentence] = []
    for sentence in (each for sentences in written for each in sentences):
        words = sentence.text.lower().rstrip(".")
        if words in said:
            continue
        if writer.proves(sentence):
            said.add(words)
        kept.append(sentence)
    return kept


def _whole_note(failure: LanguageModelFailed) -> Notice:
    return Notice("llm_not_used", f"This note was drafted without the language model. {failure.message}")


def _one_section(section: SectionSpec, failure: LanguageModelFailed) -> Notice:
    return Notice(
        "llm_section_not_used", f"“{section.title}” was drafted without the language model. {failure.message}"
    )


# A denial in a language that the checks do not know would look like a finding.
_NOT_THIS_LANGUAGE = Notice(
    "llm_language",
    "This was drafted without the language model: Scribe can check what it writes only in English.",
)
_NO_WISH_IN_THIS_LANGUAGE = (
    "Scribe can check what a language model writes only in English, so it follows no instructions for this "
    "consultation. You can edit the section by hand."
)

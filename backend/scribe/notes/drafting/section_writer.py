"""One section by a language model: ask, find the evidence, check, and send back once what failed."""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scribe.core.settings import LanguageModelSettings
from scribe.notes import evidence, facts
from scribe.notes.drafting import prompts
from scribe.notes.drafting.base import DraftSentence, SectionSpec, Spent, Turn
from scribe.notes.drafting.grounding import Claim, Ground
from scribe.notes.drafting.selection import says_the_same
from scribe.notes.drafting.windows import windows
from scribe.notes.language_model import failures
from scribe.notes.language_model.base import LanguageModel, LanguageModelFailed
from scribe.notes.templates import SectionKind
from scribe.notes.wordings.applying import in_wording
from scribe.notes.wordings.learning import Replacement

# More is no section any more, whatever a model says.
_MOST_SENTENCES = 40
# What the rules and the form of an answer take.
_TOKENS_OF_RULES = 2000
_LEAST_TOKENS = 1000
# Turns around those that a rejected sentence named.
_NEARBY = 2


@dataclass(frozen=True)
class Limits:
    """How long an answer may be, how much the model can read and write at once, and how long a draft may ask it."""

    output_tokens: int
    context_tokens: int
    seconds: float

    @classmethod
    def of(cls, group: LanguageModelSettings) -> "Limits":
        """Those of the server."""
        return cls(group.llm_max_output_tokens, group.llm_context_tokens, group.llm_draft_seconds)

    @property
    def transcript_tokens(self) -> int:
        """What is left for the transcript."""
        return max(_LEAST_TOKENS, self.context_tokens - self.output_tokens - _TOKENS_OF_RULES)


@dataclass(frozen=True)
class Line:
    """A line of a section as it stands, and whether a person wrote it."""

    text: str
    is_human: bool


@dataclass
class Meter:
    """What was spent so far, by all threads of a draft."""

    total: Spent = field(default_factory=Spent)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, spent: Spent) -> None:
        """Count it."""
        with self._lock:
            self.total += spent


class SectionWriter:
    """Writes sections of one consultation's note."""

    def __init__(
        self,
        model: LanguageModel,
        turns: Sequence[Turn],
        language: str,
        limits: Limits,
        wordings: Sequence[Replacement] = (),
    ) -> None:
        self._model, self._turns, self._language, self._limits = model, turns, language, limits
        self._wordings = wordings
        self._ground = Ground(turns)
        self._until = time.monotonic() + limits.seconds
        self.meter = Meter()

    def write(self, section: SectionSpec) -> list[DraftSentence]:
        """The section's sentences, each with its evidence; those that no repair helped are among them."""
        pieces = windows(self._turns, self._limits.transcript_tokens)
        if section.kind == SectionKind.CHIEF_COMPLAINT:
            # Told at the beginning; later pieces would each find one more.
            pieces = pieces[:1]
        return self._written(section, prompts.rules(), pieces, {})

    def rewrite(self, section: SectionSpec, current: Sequence[Line], wish: str | None) -> list[DraftSentence]:
        """The section anew, perhaps as the doctor wishes; lines of a person are left to them."""
        lines = [{"text": line.text, "by": "doctor" if line.is_human else "draft"} for line in current]
        more = {"current": lines, **({"wish": wish} if wish is not None else {})}
        pieces = windows(self._turns, self._limits.transcript_tokens)
        written = self._written(section, prompts.rewriting_rules(wish), pieces, more)
        human = [line.text for line in current if line.is_human]
        return [sentence for sentence in written if not any(_adds_nothing(sentence.text, own) for own in human)]

    def _written(
        self, section: SectionSpec, rules: str, pieces: Sequence[Sequence[Turn]], more: dict[str, Any]
    ) -> list[DraftSentence]:
        claims: list[Claim] = []
        if self._wordings:
            rules, more = rules + prompts.STYLE, {**more, "style": prompts.style(self._wordings)}
        for piece in pieces:
            user = prompts.request(section, piece, self._language, **more)
            items = self._ask(rules, user, section, prompts.answer_schema(section))
            claims += [claim for claim in map(_claim, items) if claim is not None][:_MOST_SENTENCES]
        sentences = [self._grounded(section, claim) for claim in claims]
        return self._repaired(section, claims, sentences)

    def _grounded(self, section: SectionSpec, claim: Claim) -> DraftSentence:
        """The claim as a sentence; in plain wording where only the doctor's own keeps it from being proven."""
        sentence = self._ground.sentence(section.key, claim)
        plain = in_wording(claim.text, [wording.undone for wording in self._wordings])
        if plain == claim.text or self.proves(sentence):
            return sentence
        unworded = self._ground.sentence(section.key, replace(claim, text=plain))
        return unworded if self.proves(unworded) else sentence

    def _repaired(
        self, section: SectionSpec, claims: Sequence[Claim], sentences: Sequence[DraftSentence]
    ) -> list[DraftSentence]:
        """The sentences, with those exchanged that failed and came back better."""
        kept = dict(enumerate(self._once(sentences)))
        by_text = {sentence.text: claim for sentence, claim in zip(sentences, claims, strict=True)}
        failed = {at: problems for at, each in kept.items() if (problems := self._problems(each))}
        # What was said to the scribe itself is nothing to put better.
        worth = {at: p for at, p in failed.items() if evidence.Problem.ADDRESSED_TO_THE_SCRIBE not in p}
        if not worth:
            return list(kept.values())
        rejected = prompts.rejected([(at, kept[at].text, by_text[kept[at].text].utterances, worth[at]) for at in worth])
        named = {number for at in worth for number in by_text[kept[at].text].utterances}
        user = prompts.request(section, self._near(named), self._language, rejected=rejected)
        try:
            items = self._ask(prompts.repair_rules(), user, section, prompts.answer_schema(section, repairs=True))
        except LanguageModelFailed:
            # The draft is there; its failed sentences are listed as they are.
            return list(kept.values())
        for item in items:
            at, claim = item.get("rejected"), _claim(item)
            if claim is None or not isinstance(at, int) or at not in worth:
                continue
            better = self._ground.sentence(section.key, claim)
            if self.proves(better):
                kept[at] = better
                worth.pop(at)
                self.meter.add(Spent(repaired=1))
        return self._once(kept.values())

    def _once(self, sentences: Iterable[DraftSentence]) -> list[DraftSentence]:
        """Each thing said once: where it is proven, else the first time."""
        given = list(sentences)
        best_first = sorted(range(len(given)), key=lambda at: (bool(self._problems(given[at])), at))
        chosen: list[int] = []
        for at in best_first:
            if not any(_adds_nothing(given[at].text, given[other].text) for other in chosen):
                chosen.append(at)
        return [given[at] for at in sorted(chosen)]

    def proves(self, sentence: DraftSentence) -> bool:
        """Whether a sentence passes its checks."""
        return not self._problems(sentence)

    def _problems(self, sentence: DraftSentence) -> tuple[evidence.Problem, ...]:
        return evidence.check(sentence, self._ground.book)

    def _near(self, numbers: set[int]) -> list[Turn]:
        """The turns of those numbers with those around them; all that fit where a number leads nowhere."""
        places = {at for at, turn in enumerate(self._turns) if turn.number in numbers}
        near = [t for at, t in enumerate(self._turns) if any(abs(at - place) <= _NEARBY for place in places)]
        return windows(near or self._turns, self._limits.transcript_tokens)[0]

    def _ask(self, rules: str, user: str, section: SectionSpec, schema: dict[str, Any]) -> list[dict[str, Any]]:
        if time.monotonic() >= self._until:
            raise failures.named("llm_slow")
        try:
            completion = self._model.complete(
                system=rules, user=user, schema=schema, max_tokens=self._limits.output_tokens
            )
        except LanguageModelFailed as failure:
            self.meter.add(Spent(failure.input_tokens, failure.output_tokens))
            raise
        self.meter.add(Spent(completion.input_tokens, completion.output_tokens))
        items = completion.answer.get(section.key)
        if not isinstance(items, list):
            raise failures.named("llm_bad_answer")
        return [item for item in items if isinstance(item, dict)]


def _claim(item: dict[str, Any]) -> Claim | None:
    """A sentence of an answer; keys that nobody asked for are not read."""
    text, utterances, quotes = item.get("text"), item.get("utterances"), item.get("quotes")
    if not isinstance(text, str) or not text.strip():
        return None
    numbers = utterances if isinstance(utterances, list) else []
    return Claim(
        " ".join(text.split()),
        tuple(number for number in numbers if isinstance(number, int) and not isinstance(number, bool)),
        tuple(quote for quote in (quotes if isinstance(quotes, list) else []) if isinstance(quote, str)),
    )


def _adds_nothing(text: str, other: str) -> bool:
    return says_the_same(text, other) and _content(text) <= _content(other)


def _content(text: str) -> set[str]:
    return {facts.stem(word) for word in facts.tokens(text) if facts.is_content(word)}

"""Who drafts for a clinic: what it chose, and never silently another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.accounts import clinic_settings, costs, usage
from scribe.accounts.errors import BudgetReached
from scribe.audit import service as audit
from scribe.core.clock import Clock
from scribe.core.settings import Settings
from scribe.core.settings.vendors import GATEWAY
from scribe.notes.drafting.base import Draft, Drafter, Notice, SectionSpec, Spent, Turn
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.drafting.llm import LlmDrafter
from scribe.notes.drafting.section_writer import Limits
from scribe.notes.language_model.base import Endpoint, LanguageModel
from scribe.notes.language_model.clients import LanguageModels
from scribe.notes.wordings.learning import Replacement


class DrafterChoice(Protocol):
    """Chooses for each consultation."""

    def drafter(self, session: Session) -> Drafter:
        """The drafter of the entered clinic, as it stands now."""
        ...

    def sends(self, session: Session, consultation_id: UUID) -> None:
        """Put on record that a transcript is about to be sent to the clinic's language model."""
        ...

    def record(self, session: Session, spent: Spent, consultation_id: UUID) -> None:
        """Put on record what a draft took of a language model."""
        ...


class ClinicDrafters:
    """The drafters of this server's clinics."""

    def __init__(self, settings: Settings, models: LanguageModels, clock: Clock) -> None:
        self._settings, self._models, self._clock = settings, models, clock

    def drafter(self, session: Session) -> Drafter:
        """The drafter of the entered clinic, as it stands now; asks for its budget before a language model is used."""
        model = self.language_model(session)
        if model is None:
            return ExtractiveDrafter()
        return Instead(ExtractiveDrafter(), model) if isinstance(model, Notice) else LlmDrafter(model, self.limits)

    @property
    def limits(self) -> Limits:
        """How much a language model may read and write at once."""
        return Limits.of(self._settings.language_model)

    def language_model(self, session: Session) -> LanguageModel | Notice | None:
        """The clinic's language model; why it is not used although the clinic chose one; None where it chose none."""
        if clinic_settings.of(session, self._settings).drafter == "extractive":
            return None
        endpoint = self._endpoint(session)
        if endpoint is None:
            return _NOT_SET_UP
        try:
            usage.require_budget(session, self._clock.now())
        except BudgetReached as reached:
            return Notice(reached.code, f"This was drafted without the language model. {reached.message}")
        return self._models.at(endpoint)

    def sends(self, session: Session, consultation_id: UUID) -> None:
        """Put on record that a transcript is about to be sent to the clinic's language model, and to which host."""
        endpoint = self._endpoint(session)
        audit.record(
            session,
            "transcript.sent_to_model",
            entity_type="consultation",
            entity_id=consultation_id,
            host=urlsplit(endpoint.base_url).hostname if endpoint else None,
        )

    def record(self, session: Session, spent: Spent, consultation_id: UUID) -> None:
        """Put on record what a draft took of the language model."""
        tokens = spent.input_tokens + spent.output_tokens
        if tokens == 0:
            return
        group = self._settings.language_model
        usage.record(
            session,
            vendor="assemblyai" if group.llm_base_url == GATEWAY else "llm",
            kind="language_model",
            quantity=tokens,
            unit="tokens",
            estimated_microcents=costs.language_model(
                group, input_tokens=spent.input_tokens, output_tokens=spent.output_tokens
            ),
            consultation_id=consultation_id,
        )

    def _endpoint(self, session: Session) -> Endpoint | None:
        group = self._settings.language_model
        region = clinic_settings.of(session, self._settings).region
        found = group.endpoint(self._settings.vendor, region)
        if found is None:
            return None
        return Endpoint(
            base_url=found.base_url,
            model=group.llm_model,
            api_key=found.key,
            auth=found.auth,
            zero_data_retention=group.llm_base_url == GATEWAY,
            timeout_seconds=group.llm_timeout_seconds,
        )


def asks_model(drafter: Drafter, language: str) -> bool:
    """Whether the drafter sends what was said in this language to a language model."""
    return isinstance(drafter, LlmDrafter) and drafter.asks(language)


def in_style(drafter: Drafter, wordings: Sequence[Replacement]) -> Drafter:
    """A language model is told how its doctor writes; other drafters write as they do."""
    return drafter.in_style(wordings) if isinstance(drafter, LlmDrafter) else drafter


@dataclass(frozen=True)
class Instead:
    """A drafter in place of the one that the clinic chose; each draft says why."""

    used: Drafter
    notice: Notice

    @property
    def name(self) -> str:
        """The drafter that is really used."""
        return self.used.name

    def draft(self, turns: list[Turn], sections: list[SectionSpec], *, language: str) -> Draft:
        """The other drafter's sentences, under the notice."""
        draft = self.used.draft(turns, sections, language=language)
        return Draft(draft.sentences, (self.notice, *draft.notices), draft.spent, draft.written_by)


_NOT_SET_UP = Notice(
    "llm_not_set_up",
    "This was drafted without a language model: your clinic chose one, and this server has none for it. "
    "An admin can set one up, or choose to draft without.",
)

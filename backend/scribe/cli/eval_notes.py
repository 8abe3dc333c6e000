"""`scribe eval notes`: how good are the drafts on consultations with a note that a clinician wrote."""

import itertools
from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path
from statistics import mean
from typing import Annotated, Literal

import typer
from pydantic import SecretStr

from scribe.accounts import costs
from scribe.cli import note_cases
from scribe.cli.note_cases import Case
from scribe.cli.note_scores import Likeness, Score, score
from scribe.core.settings import LanguageModelSettings
from scribe.notes.drafting.base import Drafter, SectionSpec, Spent
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.drafting.llm import LlmDrafter
from scribe.notes.drafting.section_writer import Limits
from scribe.notes.language_model.base import Endpoint
from scribe.notes.language_model.clients import connect
from scribe.notes.templates import SHIPPED


def notes(
    *,
    data: Annotated[
        Path | None, typer.Option(help="A folder with aci-bench/ and primock57/. Default: the sample consultation.")
    ] = None,
    template: Annotated[str, typer.Option(help="The key of the template to draft into.")] = "h_and_p",
    limit: Annotated[int, typer.Option(help="At most so many consultations of each corpus; 0 means all.")] = 0,
    drafter: Annotated[str, typer.Option(help="extractive, or llm: what is said is sent to the endpoint below.")] = (
        "extractive"
    ),
    llm_base_url: Annotated[str, typer.Option(envvar="LLM_BASE_URL", help="https://host/v1")] = "",
    llm_model: Annotated[str, typer.Option(envvar="LLM_MODEL")] = "",
    llm_api_key: Annotated[str, typer.Option(envvar="LLM_API_KEY", help="Better set than typed.")] = "",
    llm_auth: Annotated[str, typer.Option(envvar="LLM_AUTH", help="bearer or raw")] = "bearer",
) -> None:
    """Draft consultations and print how the drafts compare with the clinicians' notes.

    With --drafter llm any OpenAI-compatible endpoint, with the limits and prices of LLM_... in the environment.
    """
    shipped = next((shipped for shipped in SHIPPED if shipped.key == template), None)
    if shipped is None:
        raise typer.BadParameter(f"There is no template {template}; there are {', '.join(s.key for s in SHIPPED)}.")
    sections = [SectionSpec(s.key, s.title, s.kind.value, s.required) for s in shipped.sections]
    group = LanguageModelSettings()
    endpoint = _endpoint(drafter, llm_base_url, llm_model, llm_api_key, llm_auth, group.llm_timeout_seconds)
    with closing(connect(endpoint)) if endpoint else nullcontext() as model:
        chosen: Drafter = LlmDrafter(model, Limits.of(group)) if model else ExtractiveDrafter()
        for corpus, group_of in itertools.groupby(_cases(data), key=lambda case: case.corpus):
            scores = [score(case, sections, chosen) for case in itertools.islice(group_of, limit or None)]
            print(f"\n{corpus}: {len(scores)} consultations, template {shipped.name}, drafter {chosen.name}")
            _print(scores)
            if model:
                _print_model(scores, group)


def _cases(data: Path | None) -> list[Case]:
    return list(note_cases.cases(data)) if data else list(note_cases.sample())


def _endpoint(drafter: str, base_url: str, model: str, key: str, auth: str, timeout: float) -> Endpoint | None:
    if drafter == "extractive":
        return None
    if drafter != "llm":
        raise typer.BadParameter("--drafter is extractive or llm.")
    if not (base_url and model):
        raise typer.BadParameter("--drafter llm needs --llm-base-url and --llm-model.")
    if auth not in ("bearer", "raw"):
        raise typer.BadParameter("--llm-auth is bearer or raw.")
    way: Literal["bearer", "raw"] = "raw" if auth == "raw" else "bearer"
    # Only AssemblyAI's gateway wants the key raw, and only it can be asked to keep nothing.
    return Endpoint(base_url.rstrip("/"), model, SecretStr(key), way, way == "raw", timeout)


def _print(scores: list[Score]) -> None:
    def average(name: str) -> float:
        return float(mean(getattr(one, name) for one in scores))

    print(f"  sentences per note            {average('sentences'):7.1f}")
    print(f"  words per note                {average('words'):7.0f}")
    print(f"  of the transcript's words     {average('length_share'):7.1%}")
    worst = min(one.verified for one in scores)
    print(f"  sentences with proven source  {average('verified'):7.1%}   (lowest note {worst:.1%})")
    print(f"  repeated sentences            {sum(s.duplicates for s in scores):7d}")
    _print_likeness([one.likeness for one in scores if one.likeness is not None])
    slowest = max(one.milliseconds for one in scores)
    print(f"  time per note                 {average('milliseconds'):7.0f} ms (slowest {slowest:.0f} ms)")


def _print_likeness(likenesses: list[Likeness]) -> None:
    if not likenesses:
        return

    def average(name: str) -> float:
        return float(mean(getattr(one, name) for one in likenesses))

    print(f"  reference content words found {average('content_recall'):7.1%}")
    print(f"  reference medical terms found {average('term_recall'):7.1%}")
    print(f"    of those said at all        {average('said_term_recall'):7.1%}")
    print(f"  our content words in it       {average('content_precision'):7.1%}")
    rouge = " / ".join(f"{average(name):.3f}" for name in ("rouge_1", "rouge_2", "rouge_l"))
    print(f"  ROUGE-1 / 2 / L (F1)            {rouge}")


def _print_model(scores: list[Score], prices: LanguageModelSettings) -> None:
    spent, count = sum((one.spent for one in scores), Spent()), len(scores)
    drafted = max(1, sum(one.sentences + one.withheld for one in scores))
    withheld = sum(one.withheld for one in scores)
    print(f"  withheld                      {withheld / drafted:7.1%}   of what was drafted")
    print(f"  repaired                      {spent.repaired / drafted:7.1%}   came back right when sent back once")
    tokens_in, tokens_out = spent.input_tokens / count, spent.output_tokens / count
    print(f"  tokens per note               {tokens_in:7.0f} in, {tokens_out:.0f} out")
    if prices.llm_price_input is None and prices.llm_price_output is None:
        print("  cost per note                 unknown: set LLM_PRICE_INPUT and LLM_PRICE_OUTPUT")
    else:
        cost = costs.language_model(prices, input_tokens=spent.input_tokens, output_tokens=spent.output_tokens)
        print(f"  cost per note                 {cost / costs.MICROCENTS / count:7.2f} US cents")
    for code, times in Counter(code for one in scores for code in one.notices).most_common():
        print(f"  notice {code:22} {times:7d}")

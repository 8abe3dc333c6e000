"""`scribe eval notes` on any drafter: figures of the note, and of what a language model took and failed at."""

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scribe.cli.main import app
from tests.notes.language_model.scripted import Answer, Asked, Endpoint, completion, refusal, serving

DIALOGUE = """[doctor] what brings you in today ?
[patient] i have had a cough for two weeks .
[doctor] i am going to prescribe doxycycline 100 mg twice a day ."""
NOTE = "Cough for two weeks. Prescribed doxycycline 100 mg twice a day."


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_PRICE_INPUT", "300")
    monkeypatch.setenv("LLM_PRICE_OUTPUT", "1500")
    monkeypatch.setenv("LLM_API_KEY", "k-of-the-clinic")


def _quoting(asked: Asked) -> Answer:
    """A model that writes one right sentence in the plan, and one with a wrong number that it cannot repair."""
    data = json.loads(asked.body["messages"][1]["content"])
    name, last = data["section"]["name"], data["transcript"][-1]
    right = {"utterances": [last["n"]], "quotes": [], "text": last["text"]}
    wrong = {**right, "text": "Prescribed 999 mg.", "rejected": 1}
    return completion({name: [right, wrong] if name == "plan" else []})


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["eval", "notes", *words])


def _with(endpoint: Endpoint, *more: str) -> Result:
    return _run("--drafter", "llm", "--llm-base-url", endpoint.url, "--llm-model", "some-model", *more)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three consultations in the form of ACI-BENCH."""
    folder = tmp_path / "aci-bench"
    folder.mkdir()
    with (folder / "valid.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["encounter_id", "dialogue", "note"])
        writer.writeheader()
        writer.writerows({"encounter_id": f"D{at}", "dialogue": DIALOGUE, "note": NOTE} for at in range(3))
    return tmp_path


def test_without_data_the_sample_is_drafted() -> None:
    printed = _run()

    assert printed.exit_code == 0, printed.output
    assert "sample: 1 consultations" in printed.output
    assert "sentences with proven source   100.0%" in printed.output
    assert "ROUGE" not in printed.output


def test_any_endpoint_is_measured_as_the_extractive_drafter_is_with_what_it_took(corpus: Path) -> None:
    with serving(_quoting) as endpoint:
        printed = _with(endpoint, "--data", str(corpus), "--template", "soap")

    assert printed.exit_code == 0, printed.output
    # Four sections and one repair, for each of three consultations.
    assert len(endpoint.asked) == 15
    assert {asked.headers["authorization"] for asked in endpoint.asked} == {"Bearer k-of-the-clinic"}
    lines = dict(re.findall(r"^ +(\S.*?) {2,}(\S.*?)(?: {3}.*)?$", printed.output, re.MULTILINE))
    assert "aci-bench: 3 consultations, template SOAP, drafter llm:some-model" in printed.output
    assert lines["sentences per note"] == "1.0"
    assert lines["sentences with proven source"] == "50.0%"
    assert lines["reference medical terms found"]
    assert lines["withheld"] == "50.0%"
    assert lines["repaired"] == "0.0%"
    assert lines["tokens per note"] == "600 in, 150 out"
    assert lines["cost per note"] == "0.41 US cents"


def test_a_few_of_each_corpus_are_enough_to_try(corpus: Path) -> None:
    assert "aci-bench: 2 consultations" in _run("--data", str(corpus), "--limit", "2").output


def test_an_endpoint_that_fails_is_not_hidden_behind_the_extractive_draft() -> None:
    with serving(lambda _: refusal(401)) as endpoint:
        printed = _with(endpoint)

    assert "notice llm_not_used" in printed.output


@pytest.mark.parametrize(
    "words",
    [("--drafter", "llm"), ("--drafter", "magic"), ("--template", "nope")],
)
def test_what_is_missing_is_said(words: tuple[str, ...]) -> None:
    assert _run(*words).exit_code == 2

"""Letter and summary on paper."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pypdf import PdfReader

from scribe.core.clock import FrozenClock
from scribe.reports.patient_papers import _WORDS
from scribe.reports.pdf import Fact, PatientPaper, render
from tests.notes.builders import Desk
from tests.notes.patient_documents.papers import Papers
from tests.reports.reading import text_of
from tests.reports.test_pdf import structure

AT = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
PAPER = PatientPaper(
    title="Patient letter",
    language="en",
    clinic="Harbour Street Practice",
    doctor="Dr Mara Lindqvist",
    is_draft=True,
    warning=None,
    facts=(Fact("Patient", "Ann Bell"),),
    opening=("Dear Ann Bell,",),
    sections=(("What happens next", ("Rest well.",)),),
    closing=("With kind regards,",),
    is_list=False,
    footer="A clinic, version 1",
    words=_WORDS,
)


@pytest.fixture
def papers(desk: Desk, app: FastAPI, as_doctor: TestClient, clock: FrozenClock) -> Papers:
    papers = Papers(desk, app, as_doctor, clock)
    papers.sign()
    return papers


def flat(pdf: bytes) -> str:
    return " ".join(text_of(pdf).split())


@pytest.mark.parametrize("kind", ["patient_letter", "after_visit_summary"])
def test_a_draft_carries_its_mark_and_an_approved_document_none(papers: Papers, kind: str) -> None:
    papers.write(kind)

    draft = papers.pdf(kind)
    papers.act("approve", kind=kind)
    clean = papers.pdf(kind)

    assert draft.headers["Content-Type"] == "application/pdf"
    assert "Bell" not in str(draft.headers)
    assert "DRAFT" in flat(draft.content)
    assert "DRAFT" not in flat(clean.content)
    assert "doxycycline 100 mg twice a day for 7 days" in flat(clean.content)
    assert "Ann Bell" in flat(clean.content)


def test_opened_again_it_carries_the_mark_again(papers: Papers) -> None:
    papers.write()
    papers.act("approve")

    papers.act("reopen")

    assert "DRAFT" in flat(papers.pdf().content)


def test_what_is_out_of_date_says_so_on_paper(papers: Papers) -> None:
    papers.write()
    papers.act("approve")

    papers.amend("The swab came back negative.")

    assert "after this was written" in flat(papers.pdf().content)


def test_there_is_no_paper_of_what_was_never_written(papers: Papers) -> None:
    assert papers.pdf().status_code == 404


def test_sections_that_say_nothing_are_left_out(papers: Papers) -> None:
    papers.write()

    assert not re.search("What happens next|Added after", flat(papers.pdf().content))


@pytest.mark.parametrize("is_list", [True, False])
def test_it_is_tagged_and_claims_pdf_ua(*, is_list: bool) -> None:
    pdf = render(replace(PAPER, is_list=is_list), at=AT)

    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert ("/L" in structure(pdf)) == is_list
    assert any(tag in structure(pdf) for tag in ("/H1", "/H2"))


@pytest.mark.parametrize("hostile", ['#eval("1 + 1")', "*not bold*", '"); #panic("x', "= No heading", "- no list"])
def test_text_is_never_read_as_markup(hostile: str) -> None:
    paper = replace(PAPER, opening=(hostile,), sections=(("Next", (hostile,)),))

    assert "".join(text_of(render(paper, at=AT)).split()).count("".join(hostile.split())) == 2

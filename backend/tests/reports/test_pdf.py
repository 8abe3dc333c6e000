"""The PDF: tagged, complete, deterministic, and deaf to markup in the text."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from scribe.reports import documents
from scribe.reports import pdf as pdf_module
from scribe.reports.pdf import (
    Document,
    Fact,
    PrintedAddendum,
    PrintedSection,
    PrintedSentence,
    PrintedSignature,
    render,
)
from tests.reports.reading import text_of

AT = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)


def a_document(*texts: str, **changes) -> Document:
    return replace(
        Document(
            title="Consultation note",
            language="en",
            clinic="Harbour Street Practice",
            doctor="Dr Mara Lindqvist",
            is_draft=True,
            facts=(Fact("Patient", "Ann Bell"), Fact("Date", "23 November 2026")),
            sections=(
                PrintedSection("Plan", tuple(PrintedSentence(text, ("0:04",), None) for text in texts)),
                PrintedSection("Results", ()),
            ),
            signature=None,
            addenda=(),
            footer="version 3, SHA-256 abcdef",
            legend="Times.",
            words=documents._WORDS,
        ),
        **changes,
    )


def structure(pdf: bytes) -> list[str]:
    found: list[str] = []

    def walk(node) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node["/S"])
            if "/K" in node:
                walk(node["/K"])

    walk(PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_it_is_tagged_titled_and_in_a_language_and_claims_pdf_ua() -> None:
    pdf = render(a_document("Rest."), at=AT)

    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert PdfReader(BytesIO(pdf)).metadata.title == "Consultation note"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert structure(pdf).count("/H1") + structure(pdf).count("/H2") >= 2


def test_a_draft_says_so_on_every_page_and_a_signed_note_nowhere() -> None:
    sentences = [f"Sentence {number} of a plan that goes on and on for more than one page." for number in range(90)]
    signature = PrintedSignature("Dr Mara Lindqvist", "Signed today", "I have read this note.", "Version 3")

    draft = PdfReader(BytesIO(render(a_document(*sentences), at=AT))).pages
    signed = text_of(render(a_document(*sentences, is_draft=False, signature=signature), at=AT))

    assert len(draft) > 1
    assert all("DRAFT" in page.extract_text() for page in draft)
    assert f"Page 1 of {len(draft)}" in draft[0].extract_text()
    assert "version 3, SHA-256 abcdef" in draft[1].extract_text()
    assert "DRAFT" not in signed
    assert "I have read this note." in signed


@pytest.mark.parametrize(
    "hostile",
    [
        '#eval("1 + 1")',
        "$ integral x $",
        "*not bold* _not italic_",
        "<script>alert(1)</script>",
        "@nowhere <label> // no comment",
        '"); #panic("x',
        "= No heading",
        "{{note}} ${note} %s",
        "\\ #sys.inputs.note",
    ],
)
def test_text_is_never_read_as_markup(hostile: str) -> None:
    assert "".join(hostile.split()) in "".join(text_of(render(a_document(hostile), at=AT)).split())


@pytest.mark.parametrize(
    "text",
    [
        "A" * 5000,
        "Ünïcödé Ωμέγα Привет שלום",
        "中文 العربية हिन्दी",
        "😀👩‍⚕️",
        "zero\x00bell\x07esc\x1b",
        "\u202eevil\u2066",
        "",
    ],
)
def test_any_text_can_be_printed(text: str) -> None:
    pdf = render(a_document(text), at=AT)

    assert "Consultation note" in text_of(pdf)
    assert len(PdfReader(BytesIO(pdf)).pages) < 5


def test_very_long_words_stay_on_the_paper() -> None:
    page = PdfReader(BytesIO(render(a_document("W" * 400), at=AT))).pages[0]
    rows = [line for line in page.extract_text().splitlines() if "WWW" in line.replace("\u200b", "")]

    assert len(rows) > 5


def test_the_same_document_gives_the_same_bytes() -> None:
    document = a_document("Rest.", addenda=(PrintedAddendum("Dr Mara Lindqvist", "Later", ("One.", "Two.")),))

    assert render(document, at=AT) == render(document, at=AT)
    assert "Two." in text_of(render(document, at=AT))


@pytest.mark.parametrize(
    "text",
    ["\u0301" * 50_000, "\u0915\u094d" * 25_000, "\u093e" * 50_000, "\u3164" * 50_000],
    ids=["marks", "conjuncts", "vowel signs", "fillers"],
)
def test_text_that_is_made_to_break_the_typesetter_is_printed(text: str) -> None:
    pdf = render(a_document(text, "Rest."), at=AT)

    assert "Rest." in text_of(pdf)


def test_a_typesetter_that_panics_is_answered_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(*_: object, **__: object) -> bytes:
        raise PanicException

    monkeypatch.setattr(pdf_module.typst, "compile", panic)

    with pytest.raises(pdf_module.Unprintable):
        render(a_document("Rest."), at=AT)

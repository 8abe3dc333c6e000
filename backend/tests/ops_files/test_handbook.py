"""What the handbook says to type is there to be typed, and each page is found from the first one."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from scribe.cli.main import app
from scribe.cli.ops import secrets
from tests.ops_files.handbook import OPERATIONS, PAGES, ROOT, Typed, targets, typed

COMMANDS = sorted({each for page in PAGES for each in typed(page)}, key=str)


def fault(words: tuple[str, ...]) -> str | None:
    """What is wrong with a command line: a command or an option that is not there."""
    command: Any = get_command(app)
    left = list(words)
    while isinstance(command, TyperGroup) and left and not left[0].startswith((".", "-")):
        found = command.get_command(Context(command), left.pop(0))
        if found is None:
            return f"there is no such command below {command.name}"
        command = found
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
    given = {word.split("=")[0] for each in left for word in each.split("/") if word.startswith("--")}
    return f"it has no {', '.join(sorted(given - options))}" if given - options else None


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_that_a_page_names_exists_with_its_options(command: Typed) -> None:
    assert fault(command.words) is None


def test_the_look_at_commands_sees_what_is_wrong() -> None:
    assert fault(("ops", "drill", "--at", "MOMENT")) is None
    assert fault(("ops", "dril")) is not None
    assert fault(("ops", "drill", "--when", "MOMENT")) is not None


def test_commands_are_found_in_pages() -> None:
    lines = {" ".join(command.words) for command in COMMANDS}

    # Written out, in a container, and by the shorthand of the install page.
    assert any(line.startswith("ops backup list") for line in lines)
    assert any(line.startswith("pipeline rerun CONSULTATION_ID") for line in lines)
    assert any(line.startswith("ops init --certificate chain.pem") for line in lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_only_targets_that_can_be_made(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(targets(page)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_leads_only_to_pages_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_of_the_handbook_is_on_its_first_one() -> None:
    listed = set(re.findall(r"\(([A-Za-z/-]+\.md)[)#]", (OPERATIONS / "README.md").read_text()))
    pages = {path.relative_to(OPERATIONS).as_posix() for path in OPERATIONS.rglob("*.md")}

    assert pages - {"README.md", "runbooks/README.md"} <= listed
    assert "runbooks/README.md" in listed


def test_every_secret_that_is_made_is_on_the_page_about_replacing_them() -> None:
    page = (OPERATIONS / "rotate-secrets.md").read_text()

    assert [each.name for each in secrets.FILES if f"`{each.name}`" not in page] == []

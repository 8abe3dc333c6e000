"""What preflight says of a site, before and after somebody makes a mistake."""

import re
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from tests.cli.ops.conftest import Ops

NEW = ("--docker-version", "28.1.0", "--compose-version", "2.35.1")
# What somebody does to a site, and words of what is then said.
Fault = tuple[Callable[[Path], object], str]


def said(result: Result) -> set[str]:
    """What is wrong; the machine that the tests run on may add its own."""
    return set(re.findall(r"^WRONG\s+(.*)$", result.output, re.MULTILINE))


def put(site: Path, name: str, text: str) -> None:
    (site / "secrets" / name).write_text(text)


def change_env(site: Path, name: str, value: str) -> None:
    text = (site / ".env").read_text()
    (site / ".env").write_text(re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE))


def assert_no_fault(ops: Ops) -> None:
    found = said(ops("preflight", *NEW))

    assert {line for line in found if not line.startswith("Port ") and "GB" not in line} == set()


def assert_said(ops: Ops, site: Path, fault: Fault) -> None:
    before = said(ops("preflight", *NEW))
    make, words = fault

    make(site)

    result = ops("preflight", *NEW)
    assert [line for line in said(result) - before if words in line], result.output
    assert result.exit_code == 1

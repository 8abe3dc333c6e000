"""What an operator's page says to type."""

import re

from tests_prod.clusters.tools import ROOT


def typed(page: str, heading: str) -> list[str]:
    """The commands of a section of docs/operations, as they stand there, one text for each block."""
    text = (ROOT / "docs/operations" / page).read_text()
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no section {heading}"
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", found[1], re.MULTILINE | re.DOTALL)
    assert blocks, f"{heading} of {page} has nothing to type"
    return [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in blocks]

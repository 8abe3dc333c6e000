"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page, where: str) -> dict[str, Any]:
    """Each violated rule, with the elements, under the name of the place."""
    answer = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    return {f"{where} {rule['id']}": [node["html"][:160] for node in rule["nodes"]] for rule in answer["violations"]}

"""axe over whatever a page shows, and which of the app's routes it has been shown."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journey.product import BACKEND

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_ROUTE_TREE = BACKEND.parent / "frontend" / "src" / "routeTree.gen.ts"
# Half-faded text has less contrast than it will have; the recorder's ring breathes for ever and is not waited for.
_AT_REST = """() => document.fonts.status === 'loaded' && document.getAnimations().every(
    one => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""


def routes() -> set[str]:
    """Every address of the app, as its router knows them: "/consultations/$id"."""
    listed = re.search(r"interface FileRoutesByTo \{(.*?)\}", _ROUTE_TREE.read_text(), re.DOTALL)
    assert listed
    return set(re.findall(r"'(/[^']*)':", listed.group(1)))


@dataclass
class Look:
    """What axe found on the screens that it was shown, and the routes that these were on."""

    found: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def at(self, name: str, page: Page, shown: Locator) -> None:
        """Look at the page once `shown` is there and nothing moves any more."""
        expect(shown).to_be_visible()
        page.wait_for_function(_AT_REST)
        answer = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
        for rule in answer["violations"]:
            self.found[f"{name}: {rule['id']}"] = [node["html"][:160] for node in rule["nodes"]]
        path = urlsplit(page.url).path
        self.seen |= {route for route in routes() if re.fullmatch(re.sub(r"\$\w+", "[^/]+", route), path)}

"""The files of the watch over Scribe, as tests read them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
MONITORING = ROOT / "monitoring"
RUNBOOKS = ROOT / "docs" / "operations" / "runbooks"


@dataclass(frozen=True)
class Alert:
    """One alert and the file that it stands in."""

    name: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]
    file: Path


def alerts() -> list[Alert]:
    """Every alert of every rule file."""
    return [
        Alert(rule["alert"], rule["expr"], rule["labels"], rule["annotations"], path)
        for path in sorted((MONITORING / "rules").glob("*.yml"))
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
    ]


def dashboards() -> dict[str, dict[str, Any]]:
    """Every dashboard by the name of its file."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((MONITORING / "grafana/dashboards").glob("*"))}


def questions() -> Iterator[tuple[str, str]]:
    """Every PromQL expression of alerts, panels and runbooks, with where it stands."""
    for alert in alerts():
        yield alert.name, alert.expr
    for name, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield f"{name}: {panel['title']}", target["expr"]
    for page in sorted(RUNBOOKS.glob("*.md")):
        for expr in re.findall(r"^ask '(.*?)'(?:\s+#.*)?$|`ask '(.*?)'`", page.read_text(), re.MULTILINE):
            yield page.name, "".join(expr)


@dataclass(frozen=True)
class Asked:
    """A metric in an expression, with the labels that it is asked by."""

    name: str
    matched: dict[str, str]


_SELECTOR = re.compile(r"\b([a-z_]+[a-z0-9_]*)\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})?")
_MATCHER = re.compile(r'([a-z_]+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
_GROUPING = re.compile(r"\b(?:by|on|without)\s*\(([^)]*)\)")


def metrics_in(expr: str) -> list[Asked]:
    """Scribe's own metrics in the expression."""
    return [
        Asked(name, dict(_MATCHER.findall(matchers or "")))
        for name, matchers in _SELECTOR.findall(expr)
        if name.startswith(("scribe_", "transcription"))
    ]


def grouped_by(expr: str) -> set[str]:
    """All labels that the expression sums or joins by."""
    return {label.strip() for found in _GROUPING.findall(expr) for label in found.split(",") if label.strip()}


def kebab(name: str) -> str:
    """`ScribeDown` as `scribe-down`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()

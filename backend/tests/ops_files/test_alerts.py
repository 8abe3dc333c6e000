"""Each alert says how urgent it is, has a page on what to do, and a test that it fires and clears."""

import re
from typing import Any

import pytest
import yaml

from tests.ops_files.watching import MONITORING, ROOT, RUNBOOKS, Alert, alerts, kebab

ALERTS = alerts()
by_name = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
HEADINGS = ["## What it means", "## See", "## Do", "## It is over when"]


def unit_tests(alert: Alert) -> list[dict[str, Any]]:
    """What promtool is told to expect of the alert, in the test file of its rule file."""
    tests = yaml.safe_load((MONITORING / "tests" / alert.file.name).read_text())
    assert tests["rule_files"] == [f"../rules/{alert.file.name}"]
    return [
        expected
        for test in tests["tests"]
        for expected in test["alert_rule_test"]
        if expected["alertname"] == alert.name
    ]


def test_there_are_alerts_and_no_name_stands_for_two() -> None:
    names = [alert.name for alert in ALERTS]

    assert len(names) > 30
    assert len(set(names)) == len(names)


@by_name
def test_an_alert_says_how_urgent_it_is_and_where_its_page_is(alert: Alert) -> None:
    assert alert.labels["severity"] in {"page", "ticket", "none"}
    assert alert.annotations["summary"].endswith((".", "?"))
    assert alert.annotations["runbook_url"] == f"docs/operations/runbooks/{kebab(alert.name)}.md"


@by_name
def test_an_alert_s_page_says_what_it_means_what_to_do_and_when_it_is_over(alert: Alert) -> None:
    page = (ROOT / alert.annotations["runbook_url"]).read_text()

    assert page.startswith(f"# {alert.name}\n")
    assert [line for line in page.splitlines() if line.startswith("## ")] == HEADINGS
    parts = re.split(r"^## .*\n", page, flags=re.MULTILINE)[1:]
    assert all(len(part.strip()) > 20 for part in parts)
    assert "`" in parts[1] + parts[2], "commands, not only words"


@by_name
def test_an_alert_is_tested_to_fire_and_then_to_clear(alert: Alert) -> None:
    fires = [bool(expected["exp_alerts"]) for expected in unit_tests(alert)]

    assert fires[0]
    # The one that always fires says that the others could.
    assert alert.name == "Watchdog" or fires[1] is False


def test_every_page_belongs_to_an_alert_and_stands_in_the_list() -> None:
    pages = {path.name for path in RUNBOOKS.glob("*.md")} - {"README.md"}
    listed = set(re.findall(r"\(([a-z-]+\.md)\)", (RUNBOOKS / "README.md").read_text()))

    assert pages == {f"{kebab(alert.name)}.md" for alert in ALERTS}
    assert listed == pages


@pytest.mark.parametrize("path", sorted((MONITORING / "alertmanager").rglob("*.yml")), ids=lambda path: path.stem)
def test_every_way_of_telling_people_routes_alike(path: Any) -> None:
    default = yaml.safe_load((MONITORING / "alertmanager/alertmanager.yml").read_text())
    config = yaml.safe_load(path.read_text())
    names = {alert.name for alert in ALERTS}

    assert (config["route"], config["inhibit_rules"]) == (default["route"], default["inhibit_rules"])
    assert {receiver["name"] for receiver in config["receivers"]} == {"page", "ticket", "heartbeat"}
    for rule in config["inhibit_rules"]:
        for matcher in rule["source_matchers"] + rule["target_matchers"]:
            for name in re.findall(r'"(.*)"', matcher)[0].split("|"):
                assert any(re.fullmatch(name, each) for each in names), name


@pytest.mark.parametrize(
    "path", sorted((MONITORING / "alertmanager/examples").glob("*.yml")), ids=lambda path: path.stem
)
def test_secrets_of_receivers_are_files(path: Any) -> None:
    text = path.read_text()
    files = re.findall(r"_file: (\S+?)[,}\s]", text)

    assert files
    assert all(file.startswith("/run/secrets/alertmanager/") for file in files)
    assert not re.search(r"(password|api_url|routing_key|credentials):", text)

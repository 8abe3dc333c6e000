"""The dashboards: each found, none twice, all asking the one data source."""

from itertools import combinations
from typing import Any

import pytest
import yaml

from tests.ops_files.watching import MONITORING, dashboards

GRAFANA = MONITORING / "grafana"
each = pytest.mark.parametrize(("name", "dashboard"), dashboards().items(), ids=dashboards().keys())


def test_all_dashboards_that_clinics_were_promised_are_there() -> None:
    assert set(dashboards()) == {
        "clinic-flow", "recordings-at-risk", "pipeline", "api", "database", "vendor-and-cost", "backups",
    }  # fmt: skip
    assert len({dashboard["title"] for dashboard in dashboards().values()}) == 7


@each
def test_a_dashboard_has_its_file_s_name_and_panels_of_its_own(name: str, dashboard: dict[str, Any]) -> None:
    assert dashboard["uid"] == f"scribe-{name}"
    numbers = [panel["id"] for panel in dashboard["panels"]]
    titles = [panel["title"] for panel in dashboard["panels"]]
    assert len(set(numbers)) == len(numbers)
    assert len(set(titles)) == len(titles)


@each
def test_panels_lie_beside_each_other_inside_the_page(name: str, dashboard: dict[str, Any]) -> None:
    cells = [
        {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        for place in (panel["gridPos"] for panel in dashboard["panels"])
    ]

    assert all(x < 24 for cell in cells for x, _ in cell)
    assert not any(one & other for one, other in combinations(cells, 2))


@each
def test_panels_ask_the_data_source_that_is_provisioned(name: str, dashboard: dict[str, Any]) -> None:
    provisioned = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]

    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {provisioned[0]["uid"]}
    assert all(panel["targets"] for panel in dashboard["panels"])

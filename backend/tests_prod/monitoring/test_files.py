"""What Prometheus' and Alertmanager's own checkers say of our files."""

from pathlib import Path

import pytest
import yaml

from tests.ops_files.watching import MONITORING, ROOT, questions
from tests_prod.monitoring.programs import run


def test_prometheus_takes_its_configuration() -> None:
    run("promtool", "check", "config", "--syntax-only", str(ROOT / "prometheus.yml"))


@pytest.mark.parametrize("path", sorted((MONITORING / "rules").glob("*.yml")), ids=lambda path: path.stem)
def test_rules_are_well_formed_and_fire_and_clear_in_their_tests(path: Path) -> None:
    run("promtool", "check", "rules", "--lint=all", "--lint-fatal", str(path))
    run("promtool", "test", "rules", str(MONITORING / "tests" / path.name))


def test_every_question_of_alerts_panels_and_runbooks_is_promql(tmp_path: Path) -> None:
    asked = [{"record": f"asked:{number}", "expr": expr} for number, (_, expr) in enumerate(questions())]
    (tmp_path / "asked.yml").write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": asked}]}))

    assert f"{len(asked)} rules found" in run("promtool", "check", "rules", "--lint=none", str(tmp_path / "asked.yml"))


def test_a_question_that_is_no_promql_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "asked.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "asked", "rules": [{"record": "asked:0", "expr": "sum by x (y"}]}]})
    )

    run("promtool", "check", "rules", str(tmp_path / "asked.yml"), fails=True)


@pytest.mark.parametrize("path", sorted((MONITORING / "alertmanager").rglob("*.yml")), ids=lambda path: path.stem)
def test_alertmanager_takes_each_way_of_telling_people(path: Path) -> None:
    run("amtool", "check-config", str(path))


def test_the_prober_takes_its_configuration() -> None:
    config = str(MONITORING / "blackbox/blackbox.yml")
    run("prometheus-blackbox-exporter", "--config.check", f"--config.file={config}")

"""What docs/watching.md says of alerts and metrics is so."""

import re
import tomllib
from pathlib import Path

import pytest

from sparkify.alerts.alert import AlertKind
from sparkify.alerts.channels import CHANNELS, parse
from sparkify.alerts.deadline import OPTION, SECTION
from sparkify.metrics import METRICS
from sparkify_harness.locations import CHECKOUT

TEXT = (CHECKOUT / "docs" / "watching.md").read_text(encoding="utf-8")


def test_every_metric_is_documented_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(sparkify\.\w+)` \| (\w+) \| ([\w, ]+) \| (.+) \|$", TEXT, re.MULTILINE
    )
    assert rows == [
        (metric.name, metric.kind, ", ".join(metric.tags), metric.meaning) for metric in METRICS
    ]


def test_every_kind_of_alert_is_documented_and_no_other() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \| .* \| .* \|$", TEXT, re.MULTILINE))
    assert rows == set(AlertKind) - {AlertKind.TRIAL}


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_channel_is_documented(kind: str) -> None:
    assert re.search(rf"^\| `{kind}:", TEXT, re.MULTILINE)


def test_the_example_can_be_read() -> None:
    (setting,) = re.findall(r"^  '([^']+)'$", TEXT, re.MULTILINE)
    assert len(parse(setting)) == 3


def test_the_limit_is_called_as_the_code_reads_it() -> None:
    assert f"`AIRFLOW__{SECTION.upper()}__{OPTION.upper()}`" in TEXT


def test_the_extras_exist() -> None:
    project = tomllib.loads(Path(CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = set(project["project"]["optional-dependencies"])
    assert set(re.findall(r"sparkify\[(\w+)\]", TEXT)) == extras - {"dev", "stack"}

"""Shortcuts of the process that makes many runs: the same results, made less often."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from harness.airflow.bag import fingerprint
from harness.airflow.shortcuts import compile_templates_once


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was really compiled, once templates are compiled once."""
    seen: list[str] = []
    really = Environment.compile

    def watched(self: Environment, source: str, *arguments: object, **options: object) -> object:
        seen.append(source)
        return really(self, source, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", watched)
    compile_templates_once()
    return seen


def test_a_template_is_compiled_once_for_environments_that_are_alike(
    compilations: list[str],
) -> None:
    for word in ("first", "second"):
        environment = Environment()
        environment.globals["word"] = word
        assert environment.from_string("{{ word | upper }} {{ x }}").render(x=1) == (
            f"{word.upper()} 1"
        )
    assert compilations == ["{{ word | upper }} {{ x }}"]


def shouting() -> Environment:
    environment = Environment()
    environment.filters["upper"] = lambda text: f"{text}!"
    return environment


UNLIKE: list[tuple[str, Callable[[], Environment], str]] = [
    ("another filter of the same name", shouting, "a!"),
    ("another filter of that name, made anew", shouting, "a!"),
    ("another syntax", lambda: Environment(variable_start_string="<<"), '{{ "a" | upper }}'),
    ("another class", SandboxedEnvironment, "A"),
    ("escaping", lambda: Environment(autoescape=True), "A"),
    ("escaping by name", lambda: Environment(autoescape=lambda name: name is None), "A"),
]


def test_environments_that_are_not_alike_compile_for_themselves(compilations: list[str]) -> None:
    source = '{{ "a" | upper }}'
    assert Environment().from_string(source).render() == "A"
    for name, make, expected in UNLIKE:
        assert make().from_string(source).render() == expected, name
    assert Environment().from_string(source).render() == "A"
    assert len(compilations) == 1 + len(UNLIKE)


def test_a_mistake_in_a_template_is_told_each_time(compilations: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError, match="Unexpected end of template"):
            Environment().from_string("{% if x %}")


@pytest.fixture
def made_of(tmp_path: Path) -> dict[str, str]:
    """The environment of a process with a DAG and a plugin."""
    for name in ("dags/a.py", "plugins/p/b.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("1")
    return {
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(tmp_path / "plugins"),
        "AIRFLOW_CONN_X": json.dumps({"password": "secret"}),
        "AIRFLOW_VAR_Y": "1",
        "SPARKIFY_RUN_LOG": "/runs/0001.log",
    }


def test_what_dags_are_made_of_is_told_from_anything_else(made_of: dict[str, str]) -> None:
    before = fingerprint(made_of)
    assert fingerprint(made_of | {"SPARKIFY_RUN_LOG": "/runs/0002.log"}) == before
    changed = {
        "a Variable": fingerprint(made_of | {"AIRFLOW_VAR_Y": "2"}),
        "a connection": fingerprint(made_of | {"AIRFLOW_CONN_X": "{}"}),
    }
    dags = Path(made_of["AIRFLOW__CORE__DAGS_FOLDER"])
    os.utime(dags / "a.py", (1, 1))
    changed["a DAG that was written again"] = fingerprint(made_of)
    (dags / "new.py").write_text("1")
    changed["another file"] = fingerprint(made_of)
    plugin = Path(made_of["AIRFLOW__CORE__PLUGINS_FOLDER"]) / "p" / "b.py"
    plugin.write_text("more")
    changed["a plugin"] = fingerprint(made_of)
    assert len({before, *changed.values()}) == 1 + len(changed)
    assert "secret" not in before

"""Checks can be changed for one run, and mistakes in that are refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sparkify.quality import KINDS, Check, Severity
from sparkify.quality.kinds import NotNull, RowCount, Unique
from sparkify.quality.overrides import changed, schema_of
from sparkify.star import CHECKS

SOME: tuple[Check, ...] = (
    RowCount("users"),
    Unique("users", ("user_id",)),
    Unique("songs", ("song_id",), severity=Severity.WARN),
    NotNull("songs", ("title",)),
)
NAMES = [check.name for check in SOME]
E, W = "error", "warn"

CHANGED: dict[str, tuple[Mapping[str, Any], list[str]]] = {
    "nothing": ({}, [E, E, W, E]),
    "by-name": ({"users.unique(user_id)": {"severity": "warn"}}, [E, W, W, E]),
    "by-pattern": ({"users.*": {"severity": "warn"}}, [W, W, W, E]),
    "by-a-letter": ({"songs.uniqu?(song_id)": {"severity": "error"}}, [E, E, E, E]),
    "by-kind": ({"unique": {"severity": "error"}}, [E, E, E, E]),
    "off": ({"users.unique(user_id)": {"enabled": False}}, [E, W, E]),
    "off-by-kind": ({"unique": {"enabled": False}}, [E, E]),
    "a-name-beats-a-pattern": (
        {"users.unique(user_id)": {"severity": "error"}, "*": {"severity": "warn"}},
        [W, E, W, W],
    ),
    "a-longer-pattern-beats-a-shorter-one": (
        {"users.uniq*": {"enabled": True}, "*": {"enabled": False}},
        [E],
    ),
    "a-pattern-beats-a-kind": (
        {"songs.*": {"severity": "error"}, "unique": {"severity": "warn"}},
        [E, W, E, E],
    ),
}


@pytest.mark.parametrize(("overrides", "severities"), CHANGED.values(), ids=CHANGED)
def test_what_is_addressed_is_changed_and_nothing_else(
    overrides: Mapping[str, Any], severities: list[str]
) -> None:
    assert [check.severity for check in changed(SOME, overrides)] == severities


def test_thresholds_can_be_changed() -> None:
    [check, *_] = changed(SOME, {"users.row_count": {"warn_if": ">1", "error_if": "> 10"}})
    assert (check.warn_if, check.error_if) == (">1", "> 10")
    assert SOME[0].warn_if == "!=0"


WRONG: dict[str, tuple[Any, str]] = {
    "unknown-name": ({"user.row_count": {"enabled": False}}, "there is no check 'user.row_count'"),
    "unknown-pattern": ({"usr.*": {"enabled": False}}, "there is no check 'usr"),
    "the-names-are-told": ({"x": {}}, r"users\.row_count\n  users\.unique\(user_id\)"),
    "the-kinds-are-told": ({"x": {}}, "the kinds are not_null, unique, "),
    "no-object": ({"users.*": "warn"}, "'warn' is no object"),
    "unknown-change": ({"users.*": {"sverity": "warn"}}, "sverity: only enabled, severity"),
    "severity": ({"users.*": {"severity": "fatal"}}, "severity is warn or error, not 'fatal'"),
    "enabled": ({"users.*": {"enabled": "no"}}, "enabled is true or false, not 'no'"),
    "threshold": ({"users.*": {"warn_if": "> x"}}, "warn_if: '> x' is no condition"),
    "nothing-is-left": ({"*": {"enabled": False}}, "would always be green"),
}


@pytest.mark.parametrize(("overrides", "text"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_refused(overrides: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        changed(SOME, overrides)


VALID: dict[str, tuple[Any, bool]] = {
    "nothing": ({}, True),
    "every-default-check": ({check.name: {"severity": "warn"} for check in CHECKS}, True),
    "every-kind": ({kind: {"enabled": False} for kind in KINDS}, True),
    "a-pattern": ({"users.*": {"warn_if": ">1", "error_if": ">2"}}, True),
    "no-object": ([], False),
    "unknown-name": ({"users.row_counts": {}}, False),
    "unknown-change": ({"users.*": {"sverity": "warn"}}, False),
    "unknown-severity": ({"users.*": {"severity": "fatal"}}, False),
    "a-change-that-is-no-object": ({"users.*": False}, False),
}


@pytest.mark.parametrize(("value", "valid"), VALID.values(), ids=VALID)
def test_the_param_refuses_a_mistake_when_a_run_is_triggered(value: Any, valid: bool) -> None:
    assert Draft202012Validator(schema_of(CHECKS)).is_valid(value) is valid


def test_the_checks_of_the_pipeline_have_names_of_their_own() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)

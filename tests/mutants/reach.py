"""Which tests reach a module: those that should notice when it is wrong, the quickest first."""

from typing import Final

_SUBSTITUTE: Final = "harness/sparkify_harness/redshift/"
_READ: Final = ("tests/unit/sql_parse", "tests/unit/golden")
_BOUND: Final = ("tests/unit/golden", "tests/unit/bind", "tests/unit/functions")
_COPIED: Final = (
    "tests/unit/copying",
    "tests/redshift/test_copy_outcome.py",
    "tests/redshift/test_copy_values.py",
    "tests/redshift/test_copy_text.py",
    "tests/redshift/test_copy_json.py",
)

REACH: Final[dict[str, tuple[str, ...]]] = {
    "catalog/system/": ("tests/unit/test_system_columns.py", "tests/redshift/test_catalog.py"),
    "catalog/": ("tests/unit/golden", "tests/redshift/test_catalog.py"),
    "copying/": _COPIED,
    "engine/duckdb/functions/": ("tests/unit/functions", "tests/unit/engine"),
    "engine/duckdb/": ("tests/unit/engine", "tests/unit/bind", "tests/unit/functions"),
    "execute/locks.py": ("tests/unit/test_locks.py", "tests/redshift/test_transactions.py"),
    "execute/queries.py": (
        "tests/unit/golden",
        "tests/redshift/test_column_origins.py",
        "tests/redshift/test_transactions.py",
    ),
    "execute/": (
        "tests/unit/transactions",
        "tests/unit/engine",
        "tests/redshift/test_sessions.py",
        "tests/redshift/test_transactions.py",
        "tests/redshift/test_catalog.py",
    ),
    "front/wire/": ("tests/unit/wire",),
    "front/": ("tests/unit/wire", "tests/unit/transactions", "tests/redshift/wire"),
    "sql/bind/": _BOUND,
    "sql/functions/": ("tests/unit/functions", "tests/unit/golden"),
    "sql/grammar/": _READ,
    "sql/": (*_READ, "tests/unit/bind", "tests/unit/functions"),
    "types.py": ("tests/unit/wire", *_BOUND),
}
"""Tests by the beginning of a module's path below the substitute; the first that fits counts."""


def reaching(path: str) -> tuple[str, ...]:
    """The tests that reach a module.

    Raises:
        LookupError: Nobody has said.
    """
    below = path.removeprefix(_SUBSTITUTE)
    for beginning, tests in REACH.items():
        if below.startswith(beginning):
            return tests
    raise LookupError(f"tests/mutants/reach.py does not say which tests reach {path}")

"""Which tests reach a module: those that should notice when it is wrong, the quickest first."""

from typing import Final

_SUBSTITUTE: Final = "harness/sparkify_harness/redshift/"
_CHAPTERS: Final = (
    "aggregates",
    "conditional",
    "conversion",
    "dates",
    "hashes",
    "json",
    "math",
    "patterns",
    "session",
    "strings",
)
_FUNCTIONS: Final = tuple(
    f"tests/unit/functions/test_{name}.py"
    for name in ("registry", *_CHAPTERS, "casts", "decimals", "operands", "input", "short_ways")
)
_READ: Final = ("tests/unit/sql_parse", "tests/unit/golden")
_BOUND: Final = ("tests/unit/golden", "tests/unit/bind")
_TRANSACTIONS: Final = "tests/redshift/test_transactions.py"

REACH: Final[dict[str, tuple[str, ...]]] = {
    "catalog/system/": ("tests/unit/test_system_columns.py", "tests/redshift/test_catalog.py"),
    "catalog/": ("tests/unit/golden", "tests/redshift/test_catalog.py"),
    "copying/": ("tests/unit/copying", "tests/redshift/test_copy_outcome.py"),
    **{
        f"{place}/functions/{chapter}.py": (
            f"tests/unit/functions/test_{chapter}.py",
            "tests/unit/functions/test_registry.py",
            "tests/unit/golden/test_chapters.py",
        )
        for place in ("engine/duckdb", "sql")
        for chapter in _CHAPTERS
    },
    "engine/duckdb/functions/": (*_FUNCTIONS, "tests/unit/engine"),
    "engine/duckdb/": ("tests/unit/engine", "tests/unit/bind", *_FUNCTIONS),
    "execute/locks.py": ("tests/unit/test_locks.py", _TRANSACTIONS),
    "execute/queries.py": (
        "tests/unit/golden",
        "tests/redshift/test_column_origins.py",
        _TRANSACTIONS,
    ),
    "execute/schemas.py": (
        "tests/redshift/test_view_definitions.py",
        "tests/redshift/test_catalog.py",
        _TRANSACTIONS,
    ),
    "execute/": (
        "tests/unit/transactions",
        "tests/unit/engine",
        "tests/redshift/test_sessions.py",
        _TRANSACTIONS,
        "tests/redshift/test_catalog.py",
    ),
    "front/wire/": ("tests/unit/wire",),
    "front/": ("tests/unit/wire", "tests/unit/transactions", "tests/redshift/wire"),
    "sql/bind/": _BOUND,
    "sql/functions/": (*_FUNCTIONS, "tests/unit/golden"),
    "sql/grammar/": _READ,
    "sql/options/": ("tests/unit/sql_parse", "tests/unit/copying", "tests/unit/golden"),
    "sql/": (*_READ, "tests/unit/bind", *_FUNCTIONS),
    "unloading/": ("tests/redshift/test_unload.py", "tests/redshift/test_unload_stores.py"),
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

"""The statements of each load mode."""

from dataclasses import replace
from typing import Any

import pytest

from sparkify.loading import Load, LoadMode
from sparkify.names import Names

COLLECT = [
    'CREATE TEMP TABLE "users_incoming" (LIKE "public"."users")',
    'INSERT INTO "users_incoming" ("user_id", "level")\nSELECT 1, 2',
]
GOLDEN = {
    LoadMode.APPEND: ['INSERT INTO "public"."users" ("user_id", "level")\nSELECT 1, 2'],
    LoadMode.REPLACE: [
        'DELETE FROM "public"."users"',
        'INSERT INTO "public"."users" ("user_id", "level")\nSELECT 1, 2',
    ],
    LoadMode.DELETE_INSERT: [
        *COLLECT,
        'DELETE FROM "public"."users" USING "users_incoming"\n'
        'WHERE "users"."user_id" = "users_incoming"."user_id"',
        'INSERT INTO "public"."users" ("user_id", "level")\n'
        'SELECT "user_id", "level" FROM "users_incoming"',
    ],
    LoadMode.MERGE: [
        *COLLECT,
        'MERGE INTO "public"."users" USING "users_incoming"\n'
        'ON "users"."user_id" = "users_incoming"."user_id"\n'
        'WHEN MATCHED THEN UPDATE SET "level" = "users_incoming"."level"\n'
        'WHEN NOT MATCHED THEN INSERT ("user_id", "level")\n'
        'VALUES ("users_incoming"."user_id", "users_incoming"."level")',
    ],
}


def load(**changes: Any) -> Load:
    plain = Load(
        names=Names("public"),
        table="users",
        columns=("user_id", "level"),
        select="SELECT 1, 2",
        mode=LoadMode.DELETE_INSERT,
        key=("user_id",),
    )
    return replace(plain, **changes)


@pytest.mark.parametrize("mode", LoadMode)
def test_a_mode_is_these_statements(mode: LoadMode) -> None:
    steps = load(mode=mode).steps()
    assert [step.sql for step in steps] == GOLDEN[mode]
    assert [step.counts for step in steps].count(True) == 1


GONE = {
    LoadMode.DELETE_INSERT: [
        'DELETE FROM "public"."users" USING touched\nWHERE "users"."user_id" = touched."user_id"',
        'INSERT INTO "public"."users" ("user_id", "level")\nSELECT 1, 2',
    ],
    LoadMode.MERGE: [
        *GOLDEN[LoadMode.MERGE],
        'DELETE FROM touched USING "users_incoming"\n'
        'WHERE touched."user_id" = "users_incoming"."user_id"',
        'DELETE FROM "public"."users" USING touched\nWHERE "users"."user_id" = touched."user_id"',
    ],
}


@pytest.mark.parametrize("mode", GONE)
def test_rows_make_room_that_the_select_no_more_brings(mode: LoadMode) -> None:
    assert [step.sql for step in load(mode=mode, gone="touched").steps()] == GONE[mode]


def test_a_table_may_have_another_name_in_the_warehouse() -> None:
    names = Names("s", {"users": "people"})
    create, _, delete, _ = load(names=names).steps()
    assert create.sql == 'CREATE TEMP TABLE "people_incoming" (LIKE "s"."people")'
    assert '"people"."user_id" = "people_incoming"."user_id"' in delete.sql


@pytest.mark.parametrize("mode", LoadMode)
def test_no_mode_truncates_for_that_would_commit(mode: LoadMode) -> None:
    assert not any("TRUNCATE" in step.sql for step in load(mode=mode).steps())


def test_a_key_may_have_several_columns() -> None:
    delete = load(key=("user_id", "level")).steps()[2].sql
    assert delete.endswith(
        '"users"."user_id" = "users_incoming"."user_id" '
        'AND "users"."level" = "users_incoming"."level"'
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"columns": ()}, "names of its columns", id="no-columns"),
        pytest.param({"key": ()}, "needs the key", id="no-key"),
        pytest.param({"key": (), "mode": LoadMode.MERGE}, "needs the key", id="merge-without-key"),
        pytest.param({"key": ("id",)}, "id: in the key", id="key-that-is-not-loaded"),
        pytest.param(
            {"key": ("user_id", "level"), "mode": LoadMode.MERGE},
            "nothing to update",
            id="merge-of-keys-alone",
        ),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        load(**changes)

import pytest

from sparkify_harness.redshift.errors import NotEmulated, UndefinedObject
from sparkify_harness.redshift.sql.tree import Expression
from tests.unit.functions.evaluation import Engine, call

CASES = {
    "current_database": (call("current_database"), "dev", "name"),
    "current_schema": (call("current_schema"), "public", "name"),
    "current_schemas(true)": (
        call("current_schemas", True),
        "{pg_catalog,public}",
        "character varying",
    ),
    "current_user": (call("current_user"), "alice", "name"),
    "user": (call("user"), "alice", "name"),
    "pg_backend_pid": (call("pg_backend_pid"), "4711", "integer"),
    "pg_last_copy_count": (call("pg_last_copy_count"), "42", "bigint"),
    "pg_last_copy_id": (call("pg_last_copy_id"), "7", "integer"),
    "pg_last_query_id": (call("pg_last_query_id"), "-1", "bigint"),
    "current_setting": (call("current_setting", "query_group"), "unset", "character varying"),
    "format_type of a varchar": (
        call("format_type", 1043, 260),
        "character varying(256)",
        "character varying",
    ),
    "format_type of a decimal": (
        call("format_type", 1700, 524294),
        "numeric(8,2)",
        "character varying",
    ),
    "has_table_privilege": (call("has_table_privilege", "t", "select"), "t", "boolean"),
}


@pytest.mark.parametrize(("expression", "text", "type_name"), CASES.values(), ids=CASES)
def test_value_and_type(engine: Engine, expression: Expression, text: str, type_name: str) -> None:
    assert (engine.text(expression), str(expression.type)) == (text, type_name)


def test_version_names_both_servers(engine: Engine) -> None:
    version = engine.text(call("version"))
    assert version is not None
    assert version.startswith("PostgreSQL 8.0.2 ")
    assert "Redshift 1.0." in version


def test_an_unknown_setting_is_refused(engine: Engine) -> None:
    with pytest.raises(UndefinedObject, match='unrecognized configuration parameter "x"'):
        engine.text(call("current_setting", "x"))


@pytest.mark.parametrize("name", ["pg_cancel_backend", "pg_terminate_backend"])
def test_effects_are_not_for_the_engine(engine: Engine, name: str) -> None:
    with pytest.raises(NotEmulated):
        engine.text(call(name, 1))

import threading

import duckdb
import pytest

from sparkify_harness.redshift.engine.duckdb.faults import fault_sql, translate
from sparkify_harness.redshift.errors import (
    ComputeFault,
    DivisionByZero,
    NotNullViolation,
    NumericOutOfRange,
    QueryCanceled,
    RedshiftError,
    TransactionConflict,
    UndefinedObject,
)


def failure(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Error:
    with pytest.raises(duckdb.Error) as caught:
        connection.execute(sql).fetchall()
    return caught.value


RAISED: dict[str, tuple[str, type[RedshiftError], str]] = {
    "ours": (
        f"SELECT {fault_sql(UndefinedObject, chr(39) + 'no such thing' + chr(39))}",
        UndefinedObject,
        "no such thing",
    ),
    "ours, with a value": (
        f"SELECT {fault_sql(ComputeFault, 'x')} FROM (SELECT 'a|b' AS x)",
        ComputeFault,
        "a/b",
    ),
    "division by zero": ("SELECT 1 // 0", ComputeFault, "Divide by zero"),
    "smallint": ("SELECT CAST(99999 AS SMALLINT)", NumericOutOfRange, "smallint out of range"),
    "integer": ("SELECT 2147483647::INT + 1::INT", NumericOutOfRange, "integer out of range"),
    "integer beside a decimal": (
        "SELECT CAST(x AS INTEGER), 'DECIMAL' FROM (SELECT 2147483648::BIGINT AS x)",
        NumericOutOfRange,
        "integer out of range",
    ),
    "bigint": (
        "SELECT CAST(sum(x) AS BIGINT) FROM (VALUES (9223372036854775807), (1)) t(x)",
        NumericOutOfRange,
        "bigint out of range",
    ),
    "decimal": (
        "SELECT CAST(123.45 AS DECIMAL(3, 2))",
        ComputeFault,
        "Numeric data overflow (result precision)",
    ),
    "NOT NULL": (
        "CREATE TABLE t (c INT NOT NULL); INSERT INTO t VALUES (NULL)",
        NotNullViolation,
        "Cannot insert a NULL value into column c",
    ),
}


@pytest.mark.parametrize(("sql", "error", "message"), RAISED.values(), ids=RAISED)
def test_translates(sql: str, error: type[RedshiftError], message: str) -> None:
    with duckdb.connect() as connection:
        raised = failure(connection, sql)
    for form in (raised, duckdb.Error(str(raised))):
        fault = translate(form)
        assert (type(fault), fault.message) == (error, message)


def test_the_leader_node_divides_in_its_own_words() -> None:
    with duckdb.connect() as connection:
        fault = translate(failure(connection, "SELECT 1 // 0"), leader=True)
    assert (type(fault), fault.sqlstate) == (DivisionByZero, "22012")


def test_a_compute_fault_has_a_block() -> None:
    message = "'Invalid digit, Value ''a'', Pos 0, Type: Integer'"
    with duckdb.connect() as connection:
        raised = failure(connection, f"SELECT {fault_sql(ComputeFault, message, 'a')}")
    fault = translate(raised, query=12, pid=34)
    assert fault.detail is not None
    assert "code:      1207" in fault.detail
    assert "query:     12" in fault.detail


def test_quoting_our_mark_is_no_fault_of_ours() -> None:
    with duckdb.connect() as connection:
        raised = failure(connection, "SELECT nothing('RS|ComputeFault|x|')")
    assert type(translate(raised)) is RedshiftError


def test_two_writers_conflict() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS c")
        other = connection.cursor()
        for cursor in (connection, other):
            cursor.execute("BEGIN")
        connection.execute("UPDATE t SET c = 2")
        assert isinstance(translate(failure(other, "UPDATE t SET c = 3")), TransactionConflict)


def test_an_interrupt_is_a_cancellation() -> None:
    done = threading.Event()
    with duckdb.connect() as connection:

        def interrupt() -> None:
            while not done.wait(0.05):
                connection.interrupt()

        thread = threading.Thread(target=interrupt)
        thread.start()
        try:
            sql = "SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b"
            raised = failure(connection, sql)
        finally:
            done.set()
            thread.join(60)
    assert isinstance(translate(raised), QueryCanceled)

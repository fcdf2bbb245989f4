"""SQLAlchemy gets in by its dialect of Redshift, through both of its drivers.

AWS: https://aws.amazon.com/blogs/big-data/use-the-amazon-redshift-sqlalchemy-dialect-to-interact-with-amazon-redshift/
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import Column, Engine, Integer, MetaData, Numeric, String, Table, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from sparkify_harness.certificates import TRUSTED, provide
from sparkify_harness.warehouse import RunningWarehouse, Warehouse
from tests.redshift.cleaning import clean

pytest.importorskip("sqlalchemy_redshift")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

DRIVERS = ("redshift+psycopg2", "redshift+redshift_connector")


def engine_of(
    driver: str, warehouse: Warehouse, authority: Path, patch: pytest.MonkeyPatch
) -> Engine:
    """As the README says: one is told the authority, the other finds it in the environment."""
    url = sqlalchemy.URL.create(
        driver,
        warehouse.user,
        warehouse.password,
        warehouse.host,
        warehouse.port,
        warehouse.database,
    )
    patch.setenv(TRUSTED, str(authority))
    told = {"sslrootcert": str(authority)} if driver.endswith("psycopg2") else {}
    return sqlalchemy.create_engine(url, connect_args=told, poolclass=sqlalchemy.NullPool)


@pytest.fixture(params=DRIVERS)
def engine(
    request: pytest.FixtureRequest,
    server: RunningWarehouse,
    cleaner: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    found = engine_of(request.param, server.connection, server.certificates.authority, monkeypatch)
    yield found
    found.dispose()
    clean(cleaner)


def test_a_table_is_made_filled_and_read(engine: Engine) -> None:
    table = Table(
        "plays",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("title", String(20)),
        Column("price", Numeric(8, 2)),
        redshift_diststyle="ALL",
        redshift_sortkey="id",
    )
    table.create(engine, checkfirst=False)
    with engine.begin() as connection:
        rows: list[dict[str, object]] = [
            {"id": 1, "title": "it's Zoë", "price": Decimal("1.50")},
            {"id": 2, "title": None, "price": None},
        ]
        connection.execute(table.insert(), rows)
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).fetchall()
        one = connection.execute(text("SELECT title FROM plays WHERE id = :id"), {"id": 1})
        assert one.scalar() == "it's Zoë"
    assert [tuple(row) for row in found] == [(1, "it's Zoë", Decimal("1.50")), (2, None, None)]


def test_what_is_rolled_back_is_gone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a int)"))
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 0


def test_its_reflection_is_not_emulated(engine: Engine) -> None:
    """What pandas' ``to_sql`` asks first, too; it must not be taken for an empty warehouse."""
    with pytest.raises(DBAPIError, match="not emulated"):
        sqlalchemy.inspect(engine).has_table("plays")


@pytest.mark.parametrize("driver", DRIVERS)
def test_another_authority_is_not_trusted(
    driver: str,
    warehouse: Warehouse,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = engine_of(driver, warehouse, provide(tmp_path).authority, monkeypatch)
    with pytest.raises((OperationalError, DBAPIError), match=r"(?i)certificate.verify.failed"):
        engine.connect()


def test_the_dialect_of_postgresql_fails(
    warehouse: Warehouse, server: RunningWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Redshift, which sends no standard_conforming_strings.

    Observed: https://github.com/sqlalchemy/sqlalchemy/issues/6444
    """
    authority = server.certificates.authority
    engine = engine_of("postgresql+psycopg2", warehouse, authority, monkeypatch)
    with pytest.raises(DBAPIError, match="standard_conforming_strings"):
        engine.connect()

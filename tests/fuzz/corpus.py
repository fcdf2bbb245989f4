"""What is mutated: statements of the contract, of the pipeline and of the grammar's own tests."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import jinja2
import pytest

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.parse import parse_one, split
from tests.redshift.cases import Case
from tests.redshift.copies import Content, Copy
from tests.redshift.suite import Entry, contract
from tests.unit.sql_parse.test_fuzz import WHOLE

MORE = os.environ.get("SPARKIFY_FUZZ_CORPUS")
"""A JSON file with a list of more: objects with ``setup`` (a list of statements) and ``sql``."""

CHECKOUT = Path(__file__).resolve().parents[2]
TABLES = (
    "CREATE TABLE t (id int, a int, b varchar(20), c date, d decimal(10,2), e timestamp, f float8)",
    "INSERT INTO t VALUES (1, 1, 'one', '2018-11-01', 1.5, '2018-11-01 21:01:46', 0.1),"
    " (2, NULL, '', NULL, -1, NULL, NULL)",
    "CREATE TABLE s (id int, n varchar(20), v super)",
    "INSERT INTO s SELECT 1, 'abcdef', json_parse('{\"a\": [1, \"x\"]}')",
)
"""For statements that bring no tables of their own."""
PLACES = (
    "SELECT a FROM t",
    "SELECT b, a + 1, c FROM t ORDER BY b",
    "SELECT id FROM t WHERE b = 'one' AND a > 0",
    "SELECT b, count(*), max(e) FROM t GROUP BY b HAVING min(d) < 2 ORDER BY 1",
    "SELECT CASE WHEN a = 1 THEN b ELSE 'x' END, coalesce(d, 0) FROM t",
    "SELECT t.id, s.n FROM t LEFT JOIN s ON t.id = s.id AND s.n = t.b",
    "SELECT sum(d) OVER (PARTITION BY b ORDER BY c), lag(e) OVER (ORDER BY id) FROM t",
    "SELECT DISTINCT a, (SELECT max(n) FROM s WHERE s.id = t.id) FROM t",
    "SELECT id FROM t WHERE b IN (SELECT n FROM s) OR EXISTS (SELECT 1 FROM s WHERE s.id = t.a)",
    "WITH w AS (SELECT b, d FROM t) SELECT b, d FROM w UNION SELECT n, 1 FROM s",
    "SELECT a, b FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY f) = 1",
    "INSERT INTO t (id, b, c, d, e, f) SELECT id, n, '2018-11-01', 1.5, sysdate, 0.1 FROM s",
    "INSERT INTO t (id, b, c) VALUES (3, 'x', '2018-11-02')",
    "UPDATE t SET b = n, d = a * 2 FROM s WHERE t.id = s.id",
    "DELETE FROM t USING s WHERE t.id = s.id AND b <> n",
    "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET b = s.n"
    " WHEN NOT MATCHED THEN INSERT (id, b) VALUES (s.id, s.n)",
    "CREATE TABLE made AS SELECT a, b, c FROM t WHERE f > 0",
    "CREATE TABLE made (id int, x varchar(9) DEFAULT 'a', y decimal(8,2) DEFAULT 1.5)",
    "CREATE VIEW made AS SELECT b, d FROM t",
    "SELECT json_extract_path_text(b, 'a'), json_serialize(v) FROM t JOIN s ON t.id = s.id",
    "SELECT 1, 'x', 1.5, date '2018-11-01', interval '1 day'",
)
"""Of statements, for expressions."""


@dataclass(frozen=True)
class Subject:
    """A statement, and the world in which it means something.

    Args:
        sql: What is mutated; ``$FOLDER`` and ``$KEYS`` are where its objects lie and who may read.
        setup: Statements before it, which succeed.
        objects: What lies in its folder.
        name: Of its case in the contract; empty for others.
    """

    sql: str
    setup: tuple[str, ...] = ()
    objects: dict[str, Content] = field(default_factory=dict)
    name: str = ""


@cache
def corpus() -> tuple[Subject, ...]:
    """All subjects, always in the same order."""
    return (*_places(), *_contract(), *_grammar(), *_pipeline(), *_more())


def chosen(dice: Random) -> list[Subject]:
    """Ten subjects: three that are made for it, one that loads, one that may be refused as it
    stands.
    """
    loads = [subject for subject in _readable() if subject.objects]
    others = [subject for subject in _readable() if not subject.objects]
    return [
        *dice.sample(corpus()[: len(PLACES)], 3),
        *dice.sample(others, 5),
        dice.choice(loads),
        dice.choice(corpus()),
    ]


def bare(sql: str) -> str:
    """A statement as the grammar sees it, its folder and keys anybody's."""
    return sql.replace("$FOLDER", "s3://bucket/").replace("$KEYS", "IAM_ROLE default")


@cache
def _readable() -> list[Subject]:
    """Those that the grammar takes: changes of what it refuses are mostly refused by it as well."""
    found = []
    for subject in corpus():
        with contextlib.suppress(RedshiftError):
            parse_one(bare(subject.sql))
            found.append(subject)
    return found


def _places() -> Iterator[Subject]:
    for sql in PLACES:
        yield Subject(sql, TABLES)


def _contract() -> Iterator[Subject]:
    for entry in contract():
        match entry.case:
            case Case(sql=sql):
                with contextlib.suppress(pytest.fail.Exception):  # one whose setup must fail
                    yield Subject(sql, _before(entry, sql), name=entry.id)
            case Copy(table=table, data=data, options=options, columns=columns, source=source):
                yield Subject(
                    f"COPY target {columns} FROM '$FOLDER{source}' $KEYS {options}",
                    (f"CREATE TABLE target ({table})",),
                    dict(data) if isinstance(data, Mapping) else {"data": data},
                    entry.id,
                )


class _ReachedError(Exception):
    """The statement that is judged is about to be run."""


class _Listener:
    """A client that only keeps what it is asked, up to the statement that is judged."""

    def __init__(self, judged: str) -> None:
        self.asked: list[str] = []
        self.client = self
        self._judged = judged

    def run(self, *statements: str) -> None:
        self.asked += statements

    def rows(self, sql: str) -> None:
        if sql == self._judged:
            raise _ReachedError
        self.run(sql)


def _before(entry: Entry, sql: str) -> tuple[str, ...]:
    """What a case and its test run before the statement that is judged."""
    listener = _Listener(sql)
    with contextlib.suppress(_ReachedError):
        entry.judge(entry.case, listener)
    return tuple(listener.asked)


def _grammar() -> Iterator[Subject]:
    for sql in WHOLE:
        yield Subject(sql, TABLES)


def _pipeline() -> Iterator[Subject]:
    """The pipeline's own statements, over the tables that it makes."""
    made = split(_rendered("create_tables.sql"))
    tables = tuple(piece.text for piece in made if piece.text.startswith("CREATE TABLE"))
    plays = f"CREATE VIEW plays AS {_rendered('staged_plays.sql')}"
    for path in sorted((CHECKOUT / "sql").rglob("*.sql")):
        for piece in split(_rendered(str(path.relative_to(CHECKOUT / "sql")))):
            yield Subject(piece.text, (*tables, plays))


def _rendered(name: str) -> str:
    """A file of the pipeline, its tables under their plain names."""
    text = (CHECKOUT / "sql" / name).read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=False).from_string(text)
    return template.render(table=str, judged=str).strip().rstrip(";")


def _more() -> Iterator[Subject]:
    if MORE is None:
        return
    for case in json.loads(Path(MORE).read_text(encoding="utf-8")):
        setup = case.get("setup") or []
        if all(isinstance(sql, str) for sql in (case["sql"], *setup)):
            yield Subject(case["sql"], tuple(setup))

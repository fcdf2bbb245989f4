"""What INSERT, UPDATE, DELETE and MERGE are read as."""

import pytest

from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import QueryStatement
from tests.unit.sql_parse.shapes import shape

CASES = [
    (
        "with x as (select 1) insert into t select * from x",
        "INSERT",
        "Insert(t, source=Select(*, sources=[x]), with_=With(Cte(x, Select(1))))",
    ),
    (
        "with x as (select 1) update t set a=1",
        "UPDATE",
        "Update(t, assignments=[a := 1], with_=With(Cte(x, Select(1))))",
    ),
    (
        "with x as (select 1) delete from t",
        "DELETE",
        "Delete(t, with_=With(Cte(x, Select(1))))",
    ),
    (
        "insert into t (a,b) (select 1,2)",
        "INSERT",
        "Insert(t, columns=[a, b], source=Subquery(Select(1, 2)))",
    ),
    ("insert into t select 1", "INSERT", "Insert(t, source=Select(1))"),
    ("insert into t default values", "INSERT", "Insert(t, source=DefaultValues())"),
    (
        "insert into t values ((select 1))",
        "INSERT",
        "Insert(t, source=Values([Subquery(Select(1))]))",
    ),
    ("update t as x set a=1", "UPDATE", "Update(t x, assignments=[a := 1])"),
    (
        "update t x set a=default, b=2 from u, v join w on 1=1 where x.a=u.a",
        "UPDATE",
        "Update(t x, assignments=[a := DEFAULT, b := 2], sources=[u, Joined(v, joins=[Join(w, "
        "on=(1 = 1))])], where=(x.a = u.a))",
    ),
    ("delete t", "DELETE", "Delete(t)"),
    (
        "delete from t using u, (select 1) v where t.a=u.a",
        "DELETE",
        "Delete(t, sources=[u, DerivedTable(Select(1), alias=v)], where=(t.a = u.a))",
    ),
    (
        "merge into t using s y on t.a=y.a when matched then delete when not matched then "
        "insert values (1)",
        "MERGE",
        "Merge(t, source=s y, on=(t.a = y.a), whens=Whens(1))",
    ),
    (
        "merge into t using (select 1 a) s on t.a=s.a remove duplicates",
        "MERGE",
        "Merge(t, source=DerivedTable(Select(1 AS a), alias=s), on=(t.a = s.a))",
    ),
    (
        "insert into s.t (a, \"B\") values (1, 'x'), (default, null)",
        "INSERT",
        "Insert(s.t, columns=[a, b], source=Values([1, 'x'], [DEFAULT, NULL]))",
    ),
    (
        "insert into t with c as (select 1) select * from c",
        "INSERT",
        "Insert(t, source=Select(*, sources=[c], with_=With(Cte(c, Select(1)))))",
    ),
    (
        "with c as (select 1 a) delete from t using c where t.a = c.a",
        "DELETE",
        "Delete(t, sources=[c], where=(t.a = c.a), with_=With(Cte(c, Select(1 AS a))))",
    ),
    (
        "update s.t set a = s.a + 1, b = default from s join u using (x) where t.id = s.id",
        "UPDATE",
        "Update(s.t, assignments=[a := (s.a + 1), b := DEFAULT], sources=[Joined(s, "
        "joins=[Join(u, using=[x])])], where=(t.id = s.id))",
    ),
    (
        "merge into t using s on t.id = s.id when matched then update set a = s.a when not "
        "matched then insert (id, a) values (s.id, 1)",
        "MERGE",
        "Merge(t, source=s, on=(t.id = s.id), whens=Whens(updated=[a := s.a], columns=[id, a], "
        "s.id, 1))",
    ),
]


MANY = f"insert into t (a, b) values {', '.join(['(1, null)'] * 20)}"


def test_many_plain_rows_are_one_node() -> None:
    parsed = parse_one(MANY)
    assert isinstance(parsed, QueryStatement)
    assert shape(parsed.tree) == "Insert(t, columns=[a, b], source=PlainRows(20 rows of 2))"


@pytest.mark.parametrize(("sql", "tag", "expected"), CASES, ids=[case[0] for case in CASES])
def test_change_is_read_as(sql: str, tag: str, expected: str) -> None:
    parsed = parse_one(sql)
    assert isinstance(parsed, QueryStatement)
    assert parsed.tag == tag
    assert shape(parsed.tree) == expected

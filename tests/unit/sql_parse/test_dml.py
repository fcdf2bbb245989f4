"""What INSERT, UPDATE, DELETE and MERGE are read as."""

import pytest

from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import QueryStatement
from tests.unit.sql_parse.shapes import shape

CASES = [
    (
        "with x as (select 1) insert into t select * from x",
        "INSERT",
        "Insert(with_=With(CTE(Select(1), alias=x)), t, Select(*, from_=From(x)))",
    ),
    (
        "with x as (select 1) update t set a=1",
        "UPDATE",
        "Update(with_=With(CTE(Select(1), alias=x)), t, EQ(a, 1))",
    ),
    (
        "with x as (select 1) delete from t",
        "DELETE",
        "Delete(with_=With(CTE(Select(1), alias=x)), t)",
    ),
    (
        "insert into t (a,b) (select 1,2)",
        "INSERT",
        "Insert(Schema(t, a, b), Subquery(Select(1, 2)))",
    ),
    ("insert into t select 1", "INSERT", "Insert(t, Select(1))"),
    ("insert into t default values", "INSERT", "Insert(t, default=True)"),
    (
        "insert into t values ((select 1))",
        "INSERT",
        "Insert(t, Values(Tuple(Subquery(Select(1)))))",
    ),
    ("update t as x set a=1", "UPDATE", "Update(t x, EQ(a, 1))"),
    (
        "update t x set a=default, b=2 from u, v join w on 1=1 where x.a=u.a",
        "UPDATE",
        "Update(t x, EQ(a, <DEFAULT>), EQ(b, 2), from_=From(u [Join(v [Join(w, on=EQ(1, "
        "1))])]), where=Where(EQ(x.a, u.a)))",
    ),
    ("delete t", "DELETE", "Delete(t)"),
    (
        "delete from t using u, (select 1) v where t.a=u.a",
        "DELETE",
        "Delete(t, using=[u, Subquery(Select(1), alias=v)], where=Where(EQ(t.a, u.a)))",
    ),
    (
        "merge into t using s y on t.a=y.a when matched then delete when not matched then "
        "insert values (1)",
        "MERGE",
        "Merge(t, using=s y, on=EQ(t.a, y.a), whens=Whens(When(matched=True, "
        "then=<DELETE>), When(then=Insert(Tuple(1)))))",
    ),
    (
        "merge into t using (select 1 a) s on t.a=s.a remove duplicates",
        "MERGE",
        "Merge(t, using=Subquery(Select(Alias(1, alias=a)), alias=s), on=EQ(t.a, s.a), "
        "whens=<REMOVE DUPLICATES>)",
    ),
    (
        "insert into s.t (a, \"B\") values (1, 'x'), (default, null)",
        "INSERT",
        "Insert(Schema(s.t, a, b), Values(Tuple(1, 'x'), Tuple(<DEFAULT>, NULL)))",
    ),
    (
        "insert into t with c as (select 1) select * from c",
        "INSERT",
        "Insert(t, Select(with_=With(CTE(Select(1), alias=c)), *, from_=From(c)))",
    ),
    (
        "with c as (select 1 a) delete from t using c where t.a = c.a",
        "DELETE",
        "Delete(with_=With(CTE(Select(Alias(1, alias=a)), alias=c)), t, using=[c], "
        "where=Where(EQ(t.a, c.a)))",
    ),
    (
        "update s.t set a = s.a + 1, b = default from s join u using (x) where t.id = s.id",
        "UPDATE",
        "Update(s.t, EQ(a, Add(s.a, 1)), EQ(b, <DEFAULT>), from_=From(s [Join(u, "
        "using=[x])]), where=Where(EQ(t.id, s.id)))",
    ),
    (
        "merge into t using s on t.id = s.id when matched then update set a = s.a when not "
        "matched then insert (id, a) values (s.id, 1)",
        "MERGE",
        "Merge(t, using=s, on=EQ(t.id, s.id), whens=Whens(When(matched=True, then=Update("
        "EQ(a, s.a))), When(then=Insert(Tuple(id, a), Tuple(s.id, 1)))))",
    ),
]


@pytest.mark.parametrize(("sql", "tag", "expected"), CASES, ids=[case[0] for case in CASES])
def test_change_is_read_as(sql: str, tag: str, expected: str) -> None:
    parsed = parse_one(sql)
    assert isinstance(parsed, QueryStatement)
    assert parsed.tag == tag
    assert shape(parsed.tree) == expected

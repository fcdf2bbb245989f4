"""What queries are read as."""

import pytest

from sparkify_harness.redshift.sql.parse import parse_select
from tests.unit.sql_parse.shapes import shape

CASES = [
    ("select row(1,2)", "Select(row(1, 2))"),
    ("select f(a => 1)", "Select(f((a => 1)))"),
    ("select x -> y", "Select((x -> y))"),
    (
        "select list_transform(a, x -> x+1)",
        "Select(list_transform(a, (x -> (x + 1))))",
    ),
    (
        "select * from a asof join b on a.x=b.x",
        "Select(*, sources=[Joined(a asof, joins=[Join(b, on=(a.x = b.x))])])",
    ),
    (
        "select * from a semi join b on a.x=b.x",
        "Select(*, sources=[Joined(a semi, joins=[Join(b, on=(a.x = b.x))])])",
    ),
    (
        "select * from a anti join b using (x)",
        "Select(*, sources=[Joined(a anti, joins=[Join(b, using=[x])])])",
    ),
    (
        "select a from t x qualify row_number() over (partition by b order by a) = 1",
        "Select(a, sources=[t x], qualify=(Window(row_number(), partition_by=[b], order_by=[a]) "
        "= 1))",
    ),
    ("select a from t group by all", "Select(a, sources=[t], group_by=GroupBy(ALL))"),
    ("select top 5 a from t", "Select(a, sources=[t], limit=5)"),
    (
        "select a from t minus select b from u",
        "SetOperation(EXCEPT, Select(a, sources=[t]), Select(b, sources=[u]), distinct=True)",
    ),
    (
        "select a from t limit 5 offset 3",
        "Select(a, sources=[t], limit=5, offset=3)",
    ),
    (
        "select a from t offset 3 limit 5",
        "Select(a, sources=[t], limit=5, offset=3)",
    ),
    ("select a from t limit all", "Select(a, sources=[t])"),
    (
        "with recursive c(n) as (select 1 union all select n+1 from c where n<5) select * from c",
        "Select(*, sources=[c], with_=With(Cte(c, columns=[n], SetOperation(UNION, Select(1), "
        "Select((n + 1), sources=[c], where=(n < 5)))), recursive=True))",
    ),
    (
        "(select 1) union all (select 2) order by 1 limit 1",
        "SetOperation(UNION, Subquery(Select(1)), Subquery(Select(2)), order_by=[1], limit=1)",
    ),
    (
        "select 1 union select 2 intersect select 3",
        "SetOperation(UNION, Select(1), SetOperation(INTERSECT, Select(2), Select(3), "
        "distinct=True), distinct=True)",
    ),
    ("select u&'abc'", "Select((u & 'abc'))"),
    ("select @x", "Select((@ x))"),
    ("select @ -5, |/ 25, ||/ 27.0", "Select((@ (- 5)), (|/ 25), (||/ 27.0))"),
    ("select a && b", "Select((a && b))"),
    ("select a <=> b", "Select((a <=> b))"),
    ("select a // b", "Select((a // b))"),
    ("select t.* from t", "Select(t.*, sources=[t])"),
    (
        "select a from t order by a nulls first, b desc",
        "Select(a, sources=[t], order_by=[a NULLS FIRST, b DESC])",
    ),
    (
        "select listagg(distinct a, ',') within group (order by b) over (partition by c) from t",
        "Select(Window(WithinGroup(listagg(DISTINCT a, ','), order_by=[b]), partition_by=[c]), "
        "sources=[t])",
    ),
    (
        "select percentile_cont(0.5) within group (order by x) over (partition by y) from t",
        "Select(Window(WithinGroup(percentile_cont(0.5), order_by=[x]), partition_by=[y]), "
        "sources=[t])",
    ),
    (
        "select approximate percentile_disc(0.5) within group (order by x) from t",
        "Select(WithinGroup(approximate percentile_disc(0.5), order_by=[x]), sources=[t])",
    ),
    (
        "select timestamp from t where timestamp > timestamp '2020-01-01'",
        "Select(timestamp, sources=[t], where=(timestamp > Cast('2020-01-01', timestamp without "
        "time zone)))",
    ),
    (
        "select a from t group by rollup (a,b), cube(c), grouping sets ((a),(b),())",
        "Select(a, sources=[t], group_by=GroupBy(Rollup(a, b), Cube(c), GroupingSets(Row(a), "
        "Row(b), Row())))",
    ),
    (
        "select a from t where (a,b) in (select 1,2)",
        "Select(a, sources=[t], where=InQuery(Row(a, b), Select(1, 2)))",
    ),
    ("select date from t", "Select(date, sources=[t])"),
    ("select a as tag, b as timestamp", "Select(a AS tag, b AS timestamp)"),
    (
        "select t.user, public.user.x from public.user",
        "Select(t.user, public.user.x, sources=[public.user])",
    ),
    (
        "select * from generate_series(1,3) g",
        "Select(*, sources=[TableFunction(generate_series(1, 3), alias=g)])",
    ),
    (
        "select * from t as x (a, b) join (select 1) y on true",
        "Select(*, sources=[Joined(t x[a, b], joins=[Join(DerivedTable(Select(1), alias=y), "
        "on=TRUE)])])",
    ),
    (
        "select * from (a join b on 1=1) x",
        "Select(*, sources=[NestedJoin(Joined(a, joins=[Join(b, on=(1 = 1))]), alias=x)])",
    ),
    (
        "select * from a natural join b",
        "Select(*, sources=[Joined(a, joins=[Join(b, natural=True)])])",
    ),
    (
        "select * from a left join b using (x) right outer join c on a.x=c.x full join d "
        "on 1=1 cross join e",
        "Select(*, sources=[Joined(a, joins=[Join(b, side=LEFT, using=[x]), Join(c, side=RIGHT, "
        "on=(a.x = c.x)), Join(d, side=FULL, on=(1 = 1)), Join(e)])])",
    ),
    (
        "select * from a join b join c on b.x=c.x on a.x=b.x",
        "Select(*, sources=[Joined(a, joins=[Join(Joined(b, joins=[Join(c, on=(b.x = c.x))]), "
        "on=(a.x = b.x))])])",
    ),
    ("select if(a, b, c), ifnull(a,b)", "Select(if(a, b, c), ifnull(a, b))"),
    ("select a from t -- comment", "Select(a, sources=[t])"),
    ('select "select" from "from"', "Select(select, sources=[from])"),
    ('select é, "É" from ünï', "Select(é, É, sources=[ünï])"),
    ("select all a from t", "Select(a, sources=[t])"),
    ("select distinct a, b from t", "Select(a, b, distinct=True, sources=[t])"),
    (
        "select distinct top 5 a from t",
        "Select(a, distinct=True, sources=[t], limit=5)",
    ),
    (
        "select * from read_csv('/etc/passwd')",
        "Select(*, sources=[TableFunction(read_csv('/etc/passwd'))])",
    ),
    ("select struct(1)", "Select(struct(1))"),
    (
        "select a from t where a ? 'b'",
        "Select(a, sources=[t], where=(a ? 'b'))",
    ),
    (
        "select * from t where a in (select 1 union select 2)",
        "Select(*, sources=[t], where=InQuery(a, SetOperation(UNION, Select(1), Select(2), "
        "distinct=True)))",
    ),
    (
        "select * from ((select 1) union (select 2)) x",
        "Select(*, sources=[DerivedTable(SetOperation(UNION, Subquery(Select(1)), "
        "Subquery(Select(2)), distinct=True), alias=x)])",
    ),
    (
        "select * from ((a join b on 1=1) join c on 2=2)",
        "Select(*, sources=[NestedJoin(Joined(NestedJoin(Joined(a, joins=[Join(b, on=(1 = "
        "1))])), joins=[Join(c, on=(2 = 2))]))])",
    ),
    (
        "select cume_dist() over (partition by a order by b rows 5 preceding) from t",
        "Select(Window(cume_dist(), partition_by=[a], frame=Frame(5 PRECEDING), order_by=[b]), "
        "sources=[t])",
    ),
    (
        "select a from t order by b desc nulls last, 2",
        "Select(a, sources=[t], order_by=[b DESC NULLS LAST, 2])",
    ),
    (
        "select a, b from t group by 1, 2 having count(*) > 1",
        "Select(a, b, sources=[t], group_by=GroupBy(1, 2), having=(count(*) > 1))",
    ),
    (
        'select x.a as "Q", y.b z from s.t as x, (select 1 as b) y where x.a = y.b',
        "Select(x.a AS q, y.b AS z, sources=[s.t x, DerivedTable(Select(1 AS b), alias=y)], "
        "where=(x.a = y.b))",
    ),
    (
        "select a from t union all select b from u except select c from v",
        "SetOperation(EXCEPT, SetOperation(UNION, Select(a, sources=[t]), Select(b, "
        "sources=[u])), Select(c, sources=[v]), distinct=True)",
    ),
    (
        "(select a from t order by a limit 1)",
        "Subquery(Select(a, sources=[t], order_by=[a], limit=1))",
    ),
    (
        "select a from (select 1) union select 2",
        "SetOperation(UNION, Select(a, sources=[DerivedTable(Select(1))]), Select(2), "
        "distinct=True)",
    ),
    (
        "select * from a, b join c on b.x = c.x, d",
        "Select(*, sources=[a, Joined(b, joins=[Join(c, on=(b.x = c.x))]), d])",
    ),
    (
        "select a from t where a > 1 order by a limit 10 offset 5",
        "Select(a, sources=[t], where=(a > 1), order_by=[a], limit=10, offset=5)",
    ),
    ("select 1 where true", "Select(1, where=TRUE)"),
    (
        "select a from t x (b) where x.b in (select 1 intersect select 2)",
        "Select(a, sources=[t x[b]], where=InQuery(x.b, SetOperation(INTERSECT, Select(1), "
        "Select(2), distinct=True)))",
    ),
    (
        "select * from t left join (u join v on u.a = v.a) on t.a = u.a",
        "Select(*, sources=[Joined(t, joins=[Join(NestedJoin(Joined(u, joins=[Join(v, on=(u.a = "
        "v.a))])), side=LEFT, on=(t.a = u.a))])])",
    ),
    ("select * from catalog.schema.t", "Select(*, sources=[catalog.schema.t])"),
    (
        "select $1, $2 + 1 from t where a = $3",
        "Select($1, ($2 + 1), sources=[t], where=(a = $3))",
    ),
    ("select dateadd(day, 1)", "Select(dateadd(<day>, 1))"),
    ("select a.b.t.*, c from a.b.t", "Select(a.b.t.*, c, sources=[a.b.t])"),
    ("select oid, c.oid from pg_class c", "Select(oid, c.oid, sources=[pg_class c])"),
    ("select a operator(pg_catalog.~) 'x' from t", "Select((a ~ 'x'), sources=[t])"),
    ("select a operator(+) b", "Select((a + b))"),
    ("select a from t group by (a)", "Select(a, sources=[t], group_by=GroupBy(Paren(a)))"),
    (
        "select a from (select 1 union select 2 limit 3) x",
        "Select(a, sources=[DerivedTable(SetOperation(UNION, Select(1), Select(2), "
        "distinct=True, limit=3), alias=x)])",
    ),
    (
        "select * from t where a = (select max(b) from u) group by 1 having max(a) > 1 "
        "qualify rank() over (order by a) < 3 order by 1 limit 2",
        "Select(*, sources=[t], where=(a = Subquery(Select(max(b), sources=[u]))), "
        "group_by=GroupBy(1), having=(max(a) > 1), qualify=(Window(rank(), order_by=[a]) < 3), "
        "order_by=[1], limit=2)",
    ),
]


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql for sql, _ in CASES])
def test_query_is_read_as(sql: str, expected: str) -> None:
    parsed = parse_select(sql)
    assert parsed.tag == "SELECT"
    assert shape(parsed.tree) == expected

"""What queries are read as."""

import pytest

from sparkify_harness.redshift.sql.parse import parse_query
from tests.unit.sql_parse.shapes import shape

CASES = [
    ("select row(1,2)", "Select(row(1, 2))"),
    ("select f(a => 1)", "Select(f(Operator(a, operator=<=>>, 1)))"),
    ("select x -> y", "Select(Operator(x, operator=<->>, y))"),
    (
        "select list_transform(a, x -> x+1)",
        "Select(list_transform(a, Operator(x, operator=<->>, Add(x, 1))))",
    ),
    (
        "select * from a asof join b on a.x=b.x",
        "Select(*, from_=From(a asof), joins=[Join(b, on=EQ(a.x, b.x))])",
    ),
    (
        "select * from a semi join b on a.x=b.x",
        "Select(*, from_=From(a semi), joins=[Join(b, on=EQ(a.x, b.x))])",
    ),
    (
        "select * from a anti join b using (x)",
        "Select(*, from_=From(a anti), joins=[Join(b, using=[x])])",
    ),
    (
        "select a from t x qualify row_number() over (partition by b order by a) = 1",
        "Select(a, from_=From(t x), qualify=Qualify(EQ(Window(row_number(), "
        "partition_by=[b], order=Order(Ordered(a))), 1)))",
    ),
    ("select a from t group by all", "Select(a, from_=From(t), group=Group(all=True))"),
    ("select top 5 a from t", "Select(a, from_=From(t), limit=Limit(5))"),
    (
        "select a from t minus select b from u",
        "Except(Select(a, from_=From(t)), Select(b, from_=From(u)), distinct=True)",
    ),
    (
        "select a from t limit 5 offset 3",
        "Select(a, from_=From(t), limit=Limit(5), offset=Offset(3))",
    ),
    (
        "select a from t offset 3 limit 5",
        "Select(a, from_=From(t), limit=Limit(5), offset=Offset(3))",
    ),
    ("select a from t limit all", "Select(a, from_=From(t))"),
    (
        "with recursive c(n) as (select 1 union all select n+1 from c where n<5) select * from c",
        "Select(with_=With(CTE(Union(Select(1), Select(Add(n, 1), from_=From(c), "
        "where=Where(LT(n, 5)))), alias=c[n]), recursive=True), *, from_=From(c))",
    ),
    (
        "(select 1) union all (select 2) order by 1 limit 1",
        "Union(Subquery(Select(1)), Subquery(Select(2)), order=Order(Ordered(1)), limit=Limit(1))",
    ),
    (
        "select 1 union select 2 intersect select 3",
        "Union(Select(1), Intersect(Select(2), Select(3), distinct=True), distinct=True)",
    ),
    ("select u&'abc'", "Select(BitwiseAnd(u, 'abc'))"),
    ("select @x", "Select(Abs(x))"),
    ("select @ -5, |/ 25, ||/ 27.0", "Select(Abs(Neg(5)), Sqrt(25), Cbrt(27.0))"),
    ("select a && b", "Select(Operator(a, operator=<&&>, b))"),
    ("select a <=> b", "Select(Operator(a, operator=<<=>>, b))"),
    ("select a // b", "Select(Operator(a, operator=<//>, b))"),
    ("select t.* from t", "Select(t.*, from_=From(t))"),
    (
        "select a from t order by a nulls first, b desc",
        "Select(a, from_=From(t), order=Order(Ordered(a, nulls_first=True), Ordered(b, "
        "desc=True)))",
    ),
    (
        "select listagg(distinct a, ',') within group (order by b) over (partition by c) from t",
        "Select(Window(WithinGroup(listagg(Distinct(a, ',')), Order(Ordered(b))), "
        "partition_by=[c]), from_=From(t))",
    ),
    (
        "select percentile_cont(0.5) within group (order by x) over (partition by y) from t",
        "Select(Window(WithinGroup(percentile_cont(0.5), Order(Ordered(x))), "
        "partition_by=[y]), from_=From(t))",
    ),
    (
        "select approximate percentile_disc(0.5) within group (order by x) from t",
        "Select(WithinGroup(approximate percentile_disc(0.5), Order(Ordered(x))), from_=From(t))",
    ),
    (
        "select timestamp from t where timestamp > timestamp '2020-01-01'",
        "Select(timestamp, from_=From(t), where=Where(GT(timestamp, Cast('2020-01-01',"
        " to=timestamp without time zone))))",
    ),
    (
        "select a from t group by rollup (a,b), cube(c), grouping sets ((a),(b),())",
        "Select(a, from_=From(t), group=Group(Rollup(a, b), Cube(c), GroupingSets(Tuple(a),"
        " Tuple(b), Tuple())))",
    ),
    (
        "select a from t where (a,b) in (select 1,2)",
        "Select(a, from_=From(t), where=Where(In(Tuple(a, b), query=Subquery(Select(1, 2)))))",
    ),
    ("select date from t", "Select(date, from_=From(t))"),
    ("select a as tag, b as timestamp", "Select(Alias(a, alias=tag), Alias(b, alias=timestamp))"),
    (
        "select t.user, public.user.x from public.user",
        "Select(t.user, public.user.x, from_=From(public.user))",
    ),
    ("select * from generate_series(1,3) g", "Select(*, from_=From(generate_series(1, 3) g))"),
    (
        "select * from t as x (a, b) join (select 1) y on true",
        "Select(*, from_=From(t x[a, b]), joins=[Join(Subquery(Select(1), alias=y), on=TRUE)])",
    ),
    (
        "select * from (a join b on 1=1) x",
        "Select(*, from_=From(Subquery(a [Join(b, on=EQ(1, 1))], alias=x)))",
    ),
    ("select * from a natural join b", "Select(*, from_=From(a), joins=[Join(b, method=NATURAL)])"),
    (
        "select * from a left join b using (x) right outer join c on a.x=c.x full join d "
        "on 1=1 cross join e",
        "Select(*, from_=From(a), joins=[Join(b, side=LEFT, using=[x]), Join(c, on=EQ(a.x, "
        "c.x), side=RIGHT, kind=OUTER), Join(d, on=EQ(1, 1), side=FULL), Join(e, "
        "kind=CROSS)])",
    ),
    (
        "select * from a join b join c on b.x=c.x on a.x=b.x",
        "Select(*, from_=From(a), joins=[Join(b [Join(c, on=EQ(b.x, c.x))], on=EQ(a.x, b.x))])",
    ),
    ("select if(a, b, c), ifnull(a,b)", "Select(if(a, b, c), ifnull(a, b))"),
    ("select a from t -- comment", "Select(a, from_=From(t))"),
    ('select "select" from "from"', "Select(select, from_=From(from))"),
    ('select é, "É" from ünï', "Select(é, É, from_=From(ünï))"),
    ("select all a from t", "Select(a, from_=From(t))"),
    ("select distinct a, b from t", "Select(a, b, distinct=Distinct(), from_=From(t))"),
    (
        "select distinct top 5 a from t",
        "Select(a, distinct=Distinct(), from_=From(t), limit=Limit(5))",
    ),
    ("select * from read_csv('/etc/passwd')", "Select(*, from_=From(read_csv('/etc/passwd')))"),
    ("select struct(1)", "Select(struct(1))"),
    (
        "select a from t where a ? 'b'",
        "Select(a, from_=From(t), where=Where(Operator(a, operator=<?>, 'b')))",
    ),
    (
        "select * from t where a in (select 1 union select 2)",
        "Select(*, from_=From(t), where=Where(In(a, query=Subquery(Union(Select(1), Select("
        "2), distinct=True)))))",
    ),
    (
        "select * from ((select 1) union (select 2)) x",
        "Select(*, from_=From(Subquery(Union(Subquery(Select(1)), Subquery(Select(2)), "
        "distinct=True), alias=x)))",
    ),
    (
        "select * from ((a join b on 1=1) join c on 2=2)",
        "Select(*, from_=From(Subquery(Subquery(a [Join(b, on=EQ(1, 1))], joins=[Join(c, "
        "on=EQ(2, 2))]))))",
    ),
    (
        "select cume_dist() over (partition by a order by b rows 5 preceding) from t",
        "Select(Window(cume_dist(), partition_by=[a], order=Order(Ordered(b)), "
        "spec=WindowSpec(kind=ROWS, start=5, start_side=PRECEDING)), from_=From(t))",
    ),
    (
        "select a from t order by b desc nulls last, 2",
        "Select(a, from_=From(t), order=Order(Ordered(b, desc=True, nulls_first=False), "
        "Ordered(2)))",
    ),
    (
        "select a, b from t group by 1, 2 having count(*) > 1",
        "Select(a, b, from_=From(t), group=Group(1, 2), having=Having(GT(count(*), 1)))",
    ),
    (
        'select x.a as "Q", y.b z from s.t as x, (select 1 as b) y where x.a = y.b',
        "Select(Alias(x.a, alias=q), Alias(y.b, alias=z), from_=From(s.t x), joins=[Join("
        "Subquery(Select(Alias(1, alias=b)), alias=y))], where=Where(EQ(x.a, y.b)))",
    ),
    (
        "select a from t union all select b from u except select c from v",
        "Except(Union(Select(a, from_=From(t)), Select(b, from_=From(u))), Select(c, "
        "from_=From(v)), distinct=True)",
    ),
    (
        "(select a from t order by a limit 1)",
        "Subquery(Select(a, from_=From(t), order=Order(Ordered(a)), limit=Limit(1)))",
    ),
    (
        "select a from (select 1) union select 2",
        "Union(Select(a, from_=From(Subquery(Select(1)))), Select(2), distinct=True)",
    ),
    (
        "select * from a, b join c on b.x = c.x, d",
        "Select(*, from_=From(a), joins=[Join(b [Join(c, on=EQ(b.x, c.x))]), Join(d)])",
    ),
    (
        "select a from t where a > 1 order by a limit 10 offset 5",
        "Select(a, from_=From(t), where=Where(GT(a, 1)), order=Order(Ordered(a)), "
        "limit=Limit(10), offset=Offset(5))",
    ),
    ("select 1 where true", "Select(1, where=Where(TRUE))"),
    (
        "select a from t x (b) where x.b in (select 1 intersect select 2)",
        "Select(a, from_=From(t x[b]), where=Where(In(x.b, query=Subquery(Intersect(Select("
        "1), Select(2), distinct=True)))))",
    ),
    (
        "select * from t left join (u join v on u.a = v.a) on t.a = u.a",
        "Select(*, from_=From(t), joins=[Join(Subquery(u [Join(v, on=EQ(u.a, v.a))]), "
        "on=EQ(t.a, u.a), side=LEFT)])",
    ),
    ("select * from catalog.schema.t", "Select(*, from_=From(catalog.schema.t))"),
    (
        "select $1, $2 + 1 from t where a = $3",
        "Select($1, Add($2, 1), from_=From(t), where=Where(EQ(a, $3)))",
    ),
    ("select dateadd(day, 1)", "Select(dateadd(<day>, 1))"),
    ("select a.b.t.*, c from a.b.t", "Select(a.b.t.*, c, from_=From(a.b.t))"),
    ("select oid, c.oid from pg_class c", "Select(oid, c.oid, from_=From(pg_class c))"),
    ("select a operator(pg_catalog.~) 'x' from t", "Select(RegexpLike(a, 'x'), from_=From(t))"),
    ("select a operator(+) b", "Select(Add(a, b))"),
    ("select a from t group by (a)", "Select(a, from_=From(t), group=Group(Paren(a)))"),
    (
        "select a from (select 1 union select 2 limit 3) x",
        "Select(a, from_=From(Subquery(Union(Select(1), Select(2), distinct=True, "
        "limit=Limit(3)), alias=x)))",
    ),
    (
        "select * from t where a = (select max(b) from u) group by 1 having max(a) > 1 "
        "qualify rank() over (order by a) < 3 order by 1 limit 2",
        "Select(*, from_=From(t), where=Where(EQ(a, Subquery(Select(max(b), from_=From("
        "u))))), group=Group(1), having=Having(GT(max(a), 1)), qualify=Qualify(LT(Window("
        "rank(), order=Order(Ordered(a))), 3)), order=Order(Ordered(1)), limit=Limit(2))",
    ),
]


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql for sql, _ in CASES])
def test_query_is_read_as(sql: str, expected: str) -> None:
    parsed = parse_query(sql)
    assert parsed.tag == "SELECT"
    assert shape(parsed.tree) == expected

"""Window functions, NULL ordering, and what SELECT has that others lack.

https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_synopsis.html
"""

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

T = (
    "CREATE TABLE t (k varchar(5), d int, x int)",
    "INSERT INTO t VALUES ('a', 1, 10), ('a', 2, NULL), ('a', 3, 30), ('b', 1, 5)",
)
BACKWARDS = "frame starting from"
FRAME = "Aggregate window functions with an ORDER BY clause require a frame clause"


@table(
    Case("ascending puts NULL last", "SELECT x FROM t ORDER BY x", T,
         [(5,), (10,), (30,), (None,)]),
    Case("descending puts NULL first", "SELECT x FROM t ORDER BY x DESC", T,
         [(None,), (30,), (10,), (5,)]),
    Case("NULLS FIRST", "SELECT x FROM t ORDER BY x NULLS FIRST", T,
         [(None,), (5,), (10,), (30,)]),
    Case("NULLS LAST", "SELECT x FROM t ORDER BY x DESC NULLS LAST", T,
         [(30,), (10,), (5,), (None,)]),
    Case("in a window too", "SELECT x, row_number() OVER (ORDER BY x DESC) FROM t ORDER BY 2", T,
         [(None, 1), (30, 2), (10, 3), (5, 4)]),
    Case("SUM with an order needs a frame", "SELECT sum(x) OVER (ORDER BY d) FROM t", T,
         error=("", FRAME)),
    *(
        Case(f"a frame of {frame}", f"SELECT sum(x) OVER (ORDER BY d ROWS BETWEEN {frame}) FROM t",
             T, error=("42P20", message))
        for frame, message in {
            "UNBOUNDED FOLLOWING AND CURRENT ROW": "frame start cannot be UNBOUNDED FOLLOWING",
            "CURRENT ROW AND UNBOUNDED PRECEDING": "frame end cannot be UNBOUNDED PRECEDING",
            "CURRENT ROW AND 1 PRECEDING": f"{BACKWARDS} current row",
            "1 FOLLOWING AND CURRENT ROW": f"{BACKWARDS} following row",
            "1 FOLLOWING AND 1 PRECEDING": f"{BACKWARDS} following row",
        }.items()
    ),
    *(
        Case(f"an order of {call}", f"SELECT {call} OVER (ORDER BY d) FROM t", T,
             error=("0A000", "not emulated: an ORDER BY in the window of"))
        for call in ("median(x)", "ratio_to_report(x)", "listagg(x)",
                     "percentile_cont(0.5) WITHIN GROUP (ORDER BY x)",
                     "percentile_disc(0.5) WITHIN GROUP (ORDER BY x)")
    ),
    Case("COUNT with an order needs a frame",
         "SELECT count(*) OVER (PARTITION BY k ORDER BY d) FROM t", T, error=("", FRAME)),
    Case("with a frame",
         "SELECT k, d, sum(x) OVER (PARTITION BY k ORDER BY d ROWS UNBOUNDED PRECEDING) FROM t "
         "ORDER BY k, d", T, [("a", 1, 10), ("a", 2, 10), ("a", 3, 40), ("b", 1, 5)]),
    Case("with a frame of both ends",
         "SELECT d, sum(x) OVER (ORDER BY d ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t "
         "WHERE k = 'a' ORDER BY d", T, [(1, 10), (2, 10), (3, 30)]),
    Case("RANGE is not there",
         "SELECT sum(x) OVER (ORDER BY d RANGE UNBOUNDED PRECEDING) FROM t", T,
         error=("42601", "")),
    Case("without an order no frame is needed",
         "SELECT DISTINCT k, sum(x) OVER (PARTITION BY k) FROM t ORDER BY k", T,
         [("a", 40), ("b", 5)]),
    Case("ranking functions need no frame",
         "SELECT d, row_number() OVER (ORDER BY k, d), rank() OVER (ORDER BY k), "
         "dense_rank() OVER (ORDER BY k) FROM t ORDER BY 2", T,
         [(1, 1, 1, 1), (2, 2, 1, 1), (3, 3, 1, 1), (1, 4, 4, 2)]),
    Case("LAG and LEAD",
         "SELECT d, lag(x) OVER (ORDER BY d), lead(d, 2) OVER (ORDER BY d) FROM t "
         "WHERE k = 'a' ORDER BY d", T, [(1, None, 3), (2, 10, None), (3, None, None)]),
    Case("LAG IGNORE NULLS",
         "SELECT d, lag(x) IGNORE NULLS OVER (ORDER BY d) FROM t WHERE k = 'a' ORDER BY d", T,
         [(1, None), (2, 10), (3, 10)]),
    Case("FIRST_VALUE and LAST_VALUE with a frame",
         "SELECT d, first_value(d) OVER (ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND "
         "UNBOUNDED FOLLOWING), last_value(d) OVER (ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING "
         "AND UNBOUNDED FOLLOWING) FROM t WHERE k = 'a' ORDER BY d", T,
         [(1, 1, 3), (2, 1, 3), (3, 1, 3)]),
    Case("QUALIFY",
         "SELECT k, d FROM t AS q QUALIFY row_number() OVER (PARTITION BY k ORDER BY d DESC) = 1 "
         "ORDER BY k", T, [("a", 3), ("b", 1)]),
    Case("QUALIFY of a window in the select list",
         "SELECT k, rank() OVER (PARTITION BY k ORDER BY d) AS r FROM t AS q QUALIFY r = 1 "
         "ORDER BY k", T, [("a", 1), ("b", 1)]),
    *(
        Case(f"QUALIFY of what NULL decides: {condition}",
             f"SELECT k, row_number() OVER (ORDER BY d) = NULL FROM t AS q QUALIFY {condition}", T,
             rows)
        for condition, rows in (
            ("row_number() OVER (ORDER BY d) = NULL", []),
            ("x = 5", [("b", None)]),
        )
    ),
    Case("QUALIFY without a window", "SELECT k FROM t AS q QUALIFY d = 1", T,
         error=("0A000", "not emulated: QUALIFY without a window function")),
    Case("a window in WHERE", "SELECT d FROM t WHERE row_number() OVER (ORDER BY d) = 1", T,
         error=("", "")),
    Case("TOP", "SELECT TOP 2 x FROM t ORDER BY x", T, [(5,), (10,)]),
    Case("a lateral alias", "SELECT d * 2 AS e, e + 1 AS f FROM t ORDER BY f LIMIT 2", T,
         [(2, 3), (2, 3)]),
    Case("a column wins over a lateral alias",
         "SELECT d * 100 AS x, x AS y FROM t WHERE k = 'b'", T, [(100, 5)]),
    Case("a derived table without an alias", "SELECT a FROM (SELECT 1 AS a)", rows=[(1,)]),
    Case("MINUS", "SELECT k FROM t MINUS SELECT 'b'", T, [("a",)]),
    Case("UNION, INTERSECT, EXCEPT",
         "(SELECT 1 UNION SELECT 1 UNION ALL SELECT 2) EXCEPT SELECT 2", rows=[(1,)]),
    Case("WITH", "WITH w AS (SELECT k, max(d) AS m FROM t GROUP BY k) SELECT t.k, x FROM t "
         "JOIN w ON t.k = w.k AND t.d = w.m ORDER BY 1", T, [("a", 30), ("b", 5)]),
    Case("WITH RECURSIVE", "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
         "WHERE n < 4) SELECT sum(n) FROM c", rows=[(10,)]),
    Case("a later CTE is not seen", "WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS x) "
         "SELECT * FROM a", error=("42P01", 'relation "b" does not exist')),
    Case("LEFT, RIGHT, FULL JOIN",
         "SELECT count(*), count(b.d) FROM t a LEFT JOIN t b ON b.d = a.d + 1 AND a.k = b.k", T,
         [(4, 2)]),
    Case("USING", "SELECT d, count(*) FROM t a JOIN t b USING (d) GROUP BY d ORDER BY d", T,
         [(1, 4), (2, 1), (3, 1)]),
    Case("EXISTS, IN, NOT IN",
         "SELECT count(*) FROM t WHERE EXISTS (SELECT 1 FROM t u WHERE u.k = t.k AND u.x > t.x) "
         "AND d IN (1, 2) AND k NOT IN (SELECT 'b')", T, [(1,)]),
    Case("a scalar sub-query of two rows", "SELECT (SELECT d FROM t)", T,
         error=("", "")),
    Case("LISTAGG", "SELECT k, listagg(d, ',') WITHIN GROUP (ORDER BY d DESC) FROM t GROUP BY k "
         "ORDER BY k", T, [("a", "3,2,1"), ("b", "1")]),
    Case("GROUP BY ALL", "SELECT k, count(*), sum(d) FROM t GROUP BY ALL ORDER BY k", T,
         [("a", 3, 6), ("b", 1, 1)]),
    Case("= ANY of an array of constants",
         "SELECT d FROM t WHERE k = ANY (ARRAY['a', 'c']) ORDER BY d", T, [(1,), (2,), (3,)]),
    Case("IGNORE NULLS inside the parentheses", "SELECT d, last_value(x ignore nulls) OVER"
         " (PARTITION BY k ORDER BY d ROWS UNBOUNDED PRECEDING) AS v"
         " FROM t AS q QUALIFY d = 1 ORDER BY k", T, [(1, 10), (1, 5)]),
    Case("LISTAGG ignores NULL", "SELECT listagg(x, '|') WITHIN GROUP (ORDER BY x) FROM t", T,
         [("5|10|30",)]),
    Case("LISTAGG beyond its limit", "SELECT listagg(b, ' ') FROM l",
         ("CREATE TABLE l (b varchar(40000))", f"INSERT INTO l VALUES ('{'x' * 40000}')",
          "INSERT INTO l SELECT b FROM l"),
         error=("XX000", "Result size exceeds LISTAGG limit"), detail="LISTAGG limit: 65535"),
    Case("an order by position", "SELECT k, d FROM t ORDER BY 2 DESC, 1 LIMIT 1", T, [("a", 3)]),
    Case("LIMIT and OFFSET", "SELECT d FROM t WHERE k = 'a' ORDER BY d LIMIT 1 OFFSET 1", T,
         [(2,)]),
)  # fmt: skip
def test_select(case: Case, sql: Client) -> None:
    case.check(sql)

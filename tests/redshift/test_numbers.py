"""Arithmetic and aggregates: types, rounding, overflow.

https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
"""

from decimal import Decimal

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

INT2, INT4, INT8, NUMERIC, FLOAT8 = 21, 23, 20, 1700, 701
N = (
    "CREATE TABLE n (s smallint, i int, b bigint, d decimal(8, 2), e decimal(8, 4), f float)",
    "INSERT INTO n VALUES (1, 7, 7, 10.00, 3.0000, 0.5), (2, 2, 2, 3.00, 1.5000, 1.5)",
)


@table(
    Case("integers divide to an integer", "SELECT 7 / 2, -7 / 2, 7 % 2, -7 % 2, mod(7, 2)",
         rows=[(3, -3, 1, -1, 1)], types=[INT4] * 5),
    Case("columns too", "SELECT i / 2, b / 2, s / 2 FROM n ORDER BY i DESC", N,
         [(3, 3, 0), (1, 1, 1)], types=[INT4, INT8, INT4]),
    Case("a decimal divides exactly", "SELECT 7 / 2.0, 7.0 / 2",
         rows=[(Decimal("3.5"), Decimal("3.5"))]),
    Case("a quotient of two DECIMAL(8,2) is DECIMAL(17,9)", "SELECT d / d FROM n WHERE i = 7", N,
         [(Decimal("1.000000000"),)], types=[NUMERIC]),
    Case("the digits of a quotient", "SELECT (d / 3::decimal(8,2))::varchar FROM n WHERE i = 7", N,
         [("3.333333333",)]),
    Case("the scale of a product", "SELECT (d * d)::varchar, (d * e)::varchar FROM n WHERE i = 7",
         N, [("100.0000", "30.000000")]),
    Case("the scale of a sum", "SELECT (d + e)::varchar, (d - e)::varchar FROM n WHERE i = 7", N,
         [("13.0000", "7.0000")]),
    Case("the scale of a decimal and an integer", "SELECT (d + i)::varchar, (d * i)::varchar "
         "FROM n WHERE i = 7", N, [("17.00", "70.00")]),
    Case("a decimal below 1 has a digit before its point",
         "SELECT 0.001::decimal(3,3)::varchar, (-0.5::decimal(2,2))::varchar, "
         "d::decimal(4,4)::varchar FROM (SELECT 0.25 AS d) AS q",
         rows=[("0.001", "-0.50", "0.2500")]),
    Case("AVG of integers is a BIGINT", "SELECT avg(i), avg(s), avg(b) FROM n", N, [(4, 1, 4)],
         types=[INT8, INT8, INT8]),
    Case("AVG of a decimal", "SELECT avg(d)::varchar, avg(e)::varchar FROM n", N,
         [("6.50", "2.2500")]),
    Case("AVG of a float", "SELECT avg(f) FROM n", N, [(1.0,)], types=[FLOAT8]),
    Case("SUM of integers is a BIGINT", "SELECT sum(i), sum(s) FROM n", N, [(9, 3)],
         types=[INT8, INT8]),
    Case("SUM of a decimal keeps its scale", "SELECT sum(d)::varchar FROM n", N, [("13.00",)]),
    Case("SUM of BIGINT is NUMERIC or BIGINT, never a float", "SELECT sum(b)::varchar FROM n", N,
         [("9",)]),
    Case("COUNT is a BIGINT", "SELECT count(*), count(i), count(DISTINCT i) FROM n", N,
         [(2, 2, 2)], types=[INT8, INT8, INT8]),
    Case("an aggregate of nothing", "SELECT count(*), sum(i), avg(i), max(i) FROM n WHERE i > 99",
         N, [(0, None, None, None)]),
    Case("MIN and MAX keep the type", "SELECT min(s), max(d), min(f) FROM n", N,
         [(1, Decimal("10.00"), 0.5)], types=[INT2, NUMERIC, FLOAT8]),
    Case("UNION of decimals", "SELECT d FROM n WHERE i = 7 UNION SELECT e FROM n WHERE i = 7", N,
         types=[NUMERIC]),
    Case("division by zero on the leader node", "SELECT 1 / 0",
         error=("22012", "division by zero")),
    Case("division by zero on the compute nodes", "SELECT i / (i - 7) FROM n", N,
         error=("XX000", "Divide by zero")),
    Case("an overflow in a computation", "SELECT i * 2147483647 FROM n", N,
         error=("22003", "integer out of range")),
    Case("an overflow of a BIGINT", "SELECT b + 9223372036854775807 FROM n", N,
         error=("22003", "bigint out of range")),
    Case("ROUND and TRUNC", "SELECT round(2.5), round(-2.5), trunc(1.9), round(28.05, 1), "
         "trunc(1.29, 1)",
         rows=[(Decimal(3), Decimal(-3), Decimal(1), Decimal("28.1"), Decimal("1.2"))]),
    Case("CEIL and FLOOR", "SELECT ceiling(1.2), ceil(-1.2), floor(1.8), floor(-1.2)",
         rows=[(Decimal(2), Decimal(-1), Decimal(1), Decimal(-2))]),
    Case("POWER, SQRT, SIGN, ABS", "SELECT power(2, 3), pow(9, 0.5), sqrt(16), sign(-2), abs(-2)",
         rows=[(8.0, 3.0, 4.0, -1.0, 2)]),
    Case("GREATEST and LEAST ignore NULL", "SELECT greatest(1, NULL, 3), least(1, NULL, 3)",
         rows=[(3, 1)]),
    Case("a text is read as a number", "SELECT '12'::int + 1, 1 + '2'", rows=[(13, 3)]),
    Case("a text that is none", "SELECT '1.5'::int",
         error=("22P02", 'invalid input syntax for integer: "1.5"')),
    Case("a cast rounds", "SELECT 1.5::int, 2.5::int, -1.5::int, 1.4::bigint",
         rows=[(2, 3, -2, 1)]),
    Case("numbers as text", "SELECT 1.50::varchar, 1e3::float::varchar, 7::varchar",
         rows=[("1.50", "1000", "7")]),
    Case("a text column is no boolean", "SELECT s::boolean FROM b",
         ("CREATE TABLE b (s varchar(5))",),
         error=("42846", "cannot cast type character varying to boolean")),
    Case("a quoted literal is one", "SELECT 'true'::boolean, 'n'::bool", rows=[(True, False)]),
    Case("a boolean is no text", "SELECT TRUE::varchar",
         error=("42846", "cannot cast type boolean to character varying")),
    Case("NULLIF, NVL, NVL2", "SELECT nullif(1, 1), nvl(NULL, 2), nvl2(NULL, 1, 2), "
         "nvl2(3, 1, 2), coalesce(NULL, NULL, 5)", rows=[(None, 2, 2, 1, 5)]),
    Case("DECODE finds NULL", "SELECT decode(NULL, NULL, 'eq', 'ne'), decode(2, 1, 'a', 2, 'b'), "
         "decode(3, 1, 'a')", rows=[("eq", "b", None)]),
    Case("COALESCE of text and a number", "SELECT coalesce('Amazon Redshift', 12)",
         error=("22P02", 'invalid input syntax for integer: "Amazon Redshift"')),
    Case("CASE of a boolean and a number", "SELECT CASE WHEN TRUE THEN 1 ELSE FALSE END",
         error=("42804", "CASE types boolean and integer cannot be matched")),
    Case("STRTOL and hex", "SELECT strtol('0xf', 16), strtol('abcd1234', 16), to_hex(255)",
         rows=[(15, 2882343476, "ff")]),
    Case("TRY_CAST", "SELECT try_cast('x' AS int), try_cast('7' AS int)", rows=[(None, 7)]),
    Case("an ungrouped column", "SELECT i, count(*) FROM n", N,
         error=("42803", 'column "n.i" must appear in the GROUP BY clause')),
    Case("an aggregate in WHERE", "SELECT i FROM n WHERE count(*) > 1", N,
         error=("42803", "aggregates not allowed in WHERE clause")),
    Case("HAVING by an alias", "SELECT s AS k, sum(i) AS total FROM n GROUP BY k HAVING total > 5",
         N, [(1, 7)]),
    Case("HAVING by a number", "SELECT s, sum(i) FROM n GROUP BY s HAVING 2", N,
         error=("42804", "argument of HAVING must be type boolean")),
    Case("HAVING", "SELECT s FROM n GROUP BY s HAVING sum(i) > 5", N, [(1,)]),
    Case("GROUP BY a position and an alias",
         "SELECT i % 2 AS odd, count(*) FROM n GROUP BY 1 ORDER BY odd", N, [(0, 1), (1, 1)]),
    Case("ROLLUP", "SELECT s, sum(i) FROM n GROUP BY ROLLUP (s) ORDER BY s", N,
         [(1, 7), (2, 2), (None, 9)]),
    Case("MEDIAN and PERCENTILE_CONT",
         "SELECT median(i), percentile_cont(0.5) WITHIN GROUP (ORDER BY i) FROM n", N,
         [(Decimal("4.5"), Decimal("4.5"))]),
    Case("STDDEV and VARIANCE", "SELECT round(stddev(i)::numeric(10, 4), 2), var_pop(i)::int "
         "FROM n", N, [(Decimal("3.54"), 6)]),
    Case("APPROXIMATE COUNT", "SELECT approximate count(DISTINCT i) FROM n", N, [(2,)]),
    Case("a literal beyond INTEGER", "SELECT 3000000000, 1", rows=[(3000000000, 1)],
         types=[INT8, INT4]),
)  # fmt: skip
def test_numbers(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case("numerics", "SELECT 1.50, 7 / 2, avg(i), sum(d), 0.1::float, -0.001 FROM n", N,
         [(Decimal("1.50"), 3, 4, Decimal("13.00"), 0.1, Decimal("-0.001"))]),
    Case("a numeric of 38 digits", "SELECT 12345678901234567890123456789012345678::decimal(38,0)"
         "::varchar, 99999999999999999.9::decimal(20,1)",
         rows=[("12345678901234567890123456789012345678", Decimal("99999999999999999.9"))]),
)  # fmt: skip
def test_every_client_reads_them(case: Case, client: Client) -> None:
    case.check(client)

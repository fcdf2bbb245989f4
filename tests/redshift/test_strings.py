r"""Texts: backslashes, blanks, NULL, patterns, functions.

https://docs.aws.amazon.com/redshift/latest/dg/String_functions_header.html
https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

S = (
    "CREATE TABLE s (v varchar(10), c char(6))",
    "INSERT INTO s VALUES ('abc', 'abc'), ('abc  ', 'abc  '), ('ABC', 'ABC')",
)


@table(
    Case("a backslash escapes", r"SELECT 'a\\b', 'it\'s', 'a\nb', 'tab\t'",
         rows=[("a\\b", "it's", "a\nb", "tab\t")]),
    Case("a doubled quote", "SELECT 'it''s'", rows=[("it's",)]),
    Case("E literals", r"SELECT E'a\nb'", rows=[("a\nb",)]),
    Case("a backslash in LIKE is written twice",
         r"SELECT 'start_x' LIKE 'start\\_%', 'startx' LIKE 'start\\_%'", rows=[(True, False)]),
    Case("a regular expression needs it twice",
         r"SELECT regexp_replace('a  b', '\\s+', '-'), regexp_replace('a  b', '\s+', '-')",
         rows=[("a-b", "a  b")]),
    Case("dollar quotes", "SELECT $$it's$$", rows=[("it's",)]),
    Case("literals on two lines join", "SELECT 'a'\n'b'", rows=[("ab",)]),
    Case("trailing blanks do not count in =", "SELECT count(*) FROM s WHERE v = 'abc'", S, [(2,)]),
    Case("nor in GROUP BY", "SELECT count(*) FROM (SELECT v FROM s GROUP BY v)", S, [(2,)]),
    Case("nor in DISTINCT", "SELECT count(DISTINCT v) FROM s", S, [(2,)]),
    Case("nor in joins", "SELECT count(*) FROM s a JOIN s b ON a.v = b.v", S, [(5,)]),
    Case("nor in IN", "SELECT count(*) FROM s WHERE v IN ('abc ', 'x')", S, [(2,)]),
    Case("nor in UNION", "SELECT count(*) FROM (SELECT v FROM s UNION SELECT 'abc   ')", S, [(2,)]),
    Case("nor in CASE", "SELECT CASE v WHEN 'abc ' THEN 1 END FROM s ORDER BY 1", S,
         [(1,), (1,), (None,)]),
    Case("they do in LIKE", "SELECT 'abc' LIKE 'abc  ', 'abc' = 'abc  '", rows=[(False, True)]),
    Case("they do in LEN of VARCHAR", "SELECT len('cat   '), len('cat   '::char(6)), "
         "octet_length('cat  ')", rows=[(6, 3, 5)]),
    Case("|| with NULL", "SELECT 'a' || NULL", rows=[(None,)]),
    Case("CONCAT with NULL", "SELECT concat('a', NULL), concat('a', 'b')", rows=[(None, "ab")]),
    Case("|| with a number", "SELECT 'a' || 1, 1 || '-' || 2.50", rows=[("a1", "1-2.50")]),
    Case("|| with a timestamp", "SELECT 7 || '2018-11-01 21:01:46'::timestamp",
         rows=[("72018-11-01 21:01:46",)]),
    Case("an empty text", "SELECT nvl('', 'x'), '' IS NULL, len('')", rows=[("", False, 0)]),
    Case("LEN counts characters", "SELECT len('français'), length('€'), octet_length('français')",
         rows=[(8, 1, 9)]),
    Case("LIKE and ILIKE", "SELECT 'Abc' LIKE 'a%', 'Abc' ILIKE 'a%', 'abc' LIKE 'a_c', "
         "'abc' NOT LIKE 'b%'", rows=[(False, True, True, True)]),
    Case("LIKE with ESCAPE", "SELECT 'a%b' LIKE 'a^%b' ESCAPE '^'", rows=[(True,)]),
    Case("SIMILAR TO", "SELECT 'abc' SIMILAR TO 'a(b|c)+', 'abc' SIMILAR TO 'a'",
         rows=[(True, False)]),
    Case("POSIX operators", "SELECT 'abc' ~ '^a', 'ABC' ~ 'b', 'ABC' ~* 'b', 'abc' !~ 'x'",
         rows=[(True, False, True, True)]),
    Case("an expression of Perl's dialect without p",
         "SELECT count(*) FROM s WHERE v ~ '(?i)abc'", S,
         error=("XX000", "Invalid preceding regular expression prior to repetition operator.  The "
                "error occurred while parsing the regular expression: '(?>>>HERE>>>i)abc'."),
         detail="code:      8002"),
    Case("lines have beginnings and ends", r"SELECT count(*) FROM s WHERE v || '\nx' ~ '^x'", S,
         rows=[(3,)]),
    Case("positions", "SELECT charindex('b', 'abc'), strpos('abc', 'b'), position('b' IN 'abc'), "
         "strpos('abc', 'x')", rows=[(2, 2, 2, 0)]),
    Case("POSITION as a function", "SELECT pg_catalog.position('abc', 'b'), "
         "\"position\"('abc', 'c')", rows=[(2, 3)]),
    Case("SUBSTRING", "SELECT substring('caterpillar', 6, 4), substring('caterpillar', 6), "
         "substr('abc', 0, 2), substring('abc' FROM 2 FOR 1), left('abc', 2), right('abc', 2)",
         rows=[("pill", "pillar", "a", "b", "ab", "bc")]),
    Case("SPLIT_PART", "SELECT split_part('a-b-c', '-', 2), split_part('a-b', '-', 9)",
         rows=[("b", "")]),
    Case("SPLIT_PART of position 0", "SELECT split_part('a-b', '-', 0)", error=("", "")),
    Case("case and padding", "SELECT upper('aé'), lower('AÉ'), initcap('new york'), "
         "lpad('cat', 5, 'x'), rpad('caterpillar', 3), repeat('ab', 2), replicate('x', 3), "
         "reverse('abc')", rows=[("AÉ", "aé", "New York", "xxcat", "cat", "abab", "xxx", "cba")]),
    Case("trimming", "SELECT trim('  a '), ltrim('xxa', 'x'), rtrim('axx', 'x'), "
         "btrim('xax', 'x'), "
         "trim(BOTH '\"' FROM '\"a\"'), trim(LEADING 'x' FROM 'xa')",
         rows=[("a", "a", "a", "a", "a", "a")]),
    Case("REPLACE and TRANSLATE", "SELECT replace('abcabc', 'b', 'X'), "
         "translate('mint tea', 'inea', 'osin')", rows=[("aXcaXc", "most tin")]),
    Case("CHR and ASCII", "SELECT chr(65), ascii('A')", rows=[("A", 65)]),
    Case("QUOTE_IDENT and QUOTE_LITERAL", "SELECT quote_ident('a b'), quote_literal('it''s')",
         rows=[('"a b"', "'it''s'")]),
    Case("hashes", "SELECT md5('Amazon Redshift'), sha1('a'), func_sha1('a'), sha2('a', 256)",
         rows=[("f7415e33f972c03abd4f3fed36748f7a", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
                "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
                "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")]),
    Case("FNV_HASH", "SELECT fnv_hash(1), fnv_hash('Amazon Redshift'), fnv_hash(1::bigint)",
         rows=[(-5968735742475085980, 7783490368944507294, -8517097267634966620)]),
    Case("REGEXP_REPLACE replaces all", "SELECT regexp_replace('aXbXc', 'X', '-'), "
         "regexp_replace('aXbX', 'X'), "
         "regexp_replace('the fox', 'FOX', 'quick brown fox', 1, 'i')",
         rows=[("a-b-c", "ab", "the quick brown fox")]),
    Case("REGEXP_SUBSTR",
         "SELECT regexp_substr('This is a cat, this is a dog. This is a mouse.', "
         r"'this is a (\\w+)', 1, 2, 'ie'), regexp_substr('abc', '[bc]+')", rows=[("dog", "bc")]),
    Case("REGEXP_COUNT and REGEXP_INSTR",
         "SELECT regexp_count('abcabc', 'b'), regexp_instr('abc', 'c')", rows=[(2, 3)]),
    Case("JSON_EXTRACT_PATH_TEXT",
         """SELECT json_extract_path_text('{"f4":{"f6":"star"}}', 'f4', 'f6'), """
         """nvl(nullif(json_extract_path_text('{"a":1}', 'b'), ''), 'none'), """
         """json_extract_path_text('{bad', 'a', TRUE)""", rows=[("star", "none", None)]),
    Case("JSON that is none", "SELECT json_extract_path_text('{bad', 'a')",
         error=("", "JSON parsing error")),
    Case("JSON with half a character",
         r"""SELECT json_extract_path_text('{"a":"\\ud800","b":1}', 'b')""",
         error=("", "JSON parsing error")),
    Case("JSON arrays", "SELECT json_extract_array_element_text('[111,112,113]', 2), "
         "json_array_length('[1,2]'), is_valid_json('[1]'), is_valid_json('{}'), "
         "is_valid_json_array('[1]')", rows=[("113", 2, False, True, True)]),
    Case("SUPER", """SELECT json_serialize(json_parse('{"a":[1,2]}')), can_json_parse('{'), """
         "json_typeof(json_parse('[1]'))", rows=[('{"a":[1,2]}', False, "array")]),
)  # fmt: skip
def test_strings(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case("a backslash escapes", r"SELECT 'a\\b', 'it\'s'", rows=[("a\\b", "it's")]),
    Case("not ASCII", "SELECT 'Zoë €', len('Zoë €')", rows=[("Zoë €", 5)]),
    Case("trailing blanks arrive", "SELECT v || '|', v, c FROM s WHERE v = 'abc' ORDER BY len(v)",
         S, [("abc|", "abc", "abc   "), ("abc  |", "abc  ", "abc   ")]),
)  # fmt: skip
def test_every_client_reads_them(case: Case, client: Client) -> None:
    case.check(client)


def test_a_nul_byte_is_refused(sql: Client) -> None:
    Case("", "SELECT 'a\\000b'", error=("", "")).check(sql)

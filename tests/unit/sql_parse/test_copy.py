"""COPY and UNLOAD in the layouts that people and operators write."""

import pytest

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import Copy, Unload

Options = list[tuple[str, tuple[str | int, ...]]]

KEYS = "access_key_id 'A' secret_access_key 'S'"
BOTH_KEYS: Options = [("ACCESS_KEY_ID", ("A",)), ("SECRET_ACCESS_KEY", ("S",))]
ROLE: Options = [("IAM_ROLE", ("arn:aws:iam::1:role/r",))]


def copied(sql: str) -> Copy:
    parsed = parse_one(sql)
    assert isinstance(parsed, Copy)
    return parsed


def options(parsed: Copy | Unload) -> Options:
    return [(each.option.name, each.arguments) for each in parsed.options]


AUTHORIZATIONS: list[tuple[str, Options]] = [
    ("iam_role 'arn:aws:iam::1:role/r'", ROLE),
    ("IAM_ROLE 'arn:a,arn:b'", [("IAM_ROLE", ("arn:a,arn:b",))]),
    ("iam_role default", [("IAM_ROLE", ("DEFAULT",))]),
    ("credentials 'aws_iam_role=arn:a'", [("CREDENTIALS", ("aws_iam_role=arn:a",))]),
    ("CREDENTIALS AS 'x'", [("CREDENTIALS", ("x",))]),
    ("with credentials 'x'", [("CREDENTIALS", ("x",))]),
    ("WITH CREDENTIALS AS 'x'", [("CREDENTIALS", ("x",))]),
    (KEYS, BOTH_KEYS),
    ("ACCESS_KEY_ID AS 'A'\nSECRET_ACCESS_KEY AS 'S'", BOTH_KEYS),
    (f"{KEYS} session_token 'T'", [*BOTH_KEYS, ("SESSION_TOKEN", ("T",))]),
]

FORMATS: list[tuple[str, Options]] = [
    ("FORMAT AS JSON 's3://b/p.json'", [("JSON", ("s3://b/p.json",))]),
    ("FORMAT JSON 'auto'", [("JSON", ("auto",))]),
    ("FORMAT JSON AS 'auto ignorecase'", [("JSON", ("auto ignorecase",))]),
    ("JSON 'auto'", [("JSON", ("auto",))]),
    ("AS JSON 'auto'", [("JSON", ("auto",))]),
    ("json as 'auto'", [("JSON", ("auto",))]),
    ("format as json", [("JSON", ())]),
    ("CSV", [("CSV", ())]),
    ("format csv quote as '%'", [("CSV", ()), ("QUOTE", ("%",))]),
    ("format as csv delimiter ';'", [("CSV", ()), ("DELIMITER", (";",))]),
    ("delimiter '\\t'", [("DELIMITER", ("\t",))]),
    ("DELIMITER AS '|'", [("DELIMITER", ("|",))]),
    ("fixedwidth 'a:3,b:4'", [("FIXEDWIDTH", ("a:3,b:4",))]),
    ("format as parquet", [("PARQUET", ())]),
    ("PARQUET SERIALIZETOJSON", [("PARQUET", ("SERIALIZETOJSON",))]),
    ("format orc", [("ORC", ())]),
    ("avro 'auto'", [("AVRO", ("auto",))]),
    ("format as avro as 'auto'", [("AVRO", ("auto",))]),
    ("shapefile simplify auto 0.5", [("SHAPEFILE", ("SIMPLIFY AUTO", "0.5"))]),
]

FLAGS = [
    "acceptanydate",
    "blanksasnull",
    "emptyasnull",
    "escape",
    "explicit_ids",
    "fillrecord",
    "gzip",
    "bzip2",
    "lzop",
    "zstd",
    "ignoreallerrors",
    "ignoreblanklines",
    "manifest",
    "noload",
    "removequotes",
    "roundec",
    "trimblanks",
    "truncatecolumns",
    "ssh",
]

CONVERSIONS: list[tuple[str, Options]] = [
    ("region 'us-west-2'", [("REGION", ("us-west-2",))]),
    ("REGION AS 'us-west-2'", [("REGION", ("us-west-2",))]),
    ("timeformat 'epochmillisecs'", [("TIMEFORMAT", ("epochmillisecs",))]),
    ("TIMEFORMAT AS 'epochmillisecs'", [("TIMEFORMAT", ("epochmillisecs",))]),
    ("dateformat as 'auto'", [("DATEFORMAT", ("auto",))]),
    ("ignoreheader 1", [("IGNOREHEADER", (1,))]),
    ("ignoreheader as 1", [("IGNOREHEADER", (1,))]),
    ("null as '\\\\N'", [("NULL AS", ("\\N",))]),
    ("NULL ''", [("NULL AS", ("",))]),
    ("null as '\\0'", [("NULL AS", ("\0",))]),
    ("acceptinvchars", [("ACCEPTINVCHARS", ())]),
    ("acceptinvchars as '^'", [("ACCEPTINVCHARS", ("^",))]),
    ("acceptinvchars '^'", [("ACCEPTINVCHARS", ("^",))]),
    ("encoding utf16le", [("ENCODING", ("UTF16LE",))]),
    ("encoding as 'utf8'", [("ENCODING", ("UTF8",))]),
    ("compupdate", [("COMPUPDATE", ())]),
    ("COMPUPDATE OFF", [("COMPUPDATE", ("OFF",))]),
    ("compupdate true", [("COMPUPDATE", ("ON",))]),
    ("compupdate preset", [("COMPUPDATE", ("PRESET",))]),
    ("statupdate false", [("STATUPDATE", ("OFF",))]),
    ("STATUPDATE ON", [("STATUPDATE", ("ON",))]),
    ("maxerror as 10", [("MAXERROR", (10,))]),
    ("comprows 1000", [("COMPROWS", (1000,))]),
    ("readratio 50", [("READRATIO", (50,))]),
    ("master_symmetric_key 'k' encrypted", [("MASTER_SYMMETRIC_KEY", ("k",)), ("ENCRYPTED", ())]),
]


@pytest.mark.parametrize("flag", FLAGS)
def test_option_without_argument_is_read(flag: str) -> None:
    assert options(copied(f"COPY t FROM 's3://b/k' csv {flag}"))[1:] == [(flag.upper(), ())]
    assert options(copied(f"COPY t FROM 's3://b/k' {flag.upper()}")) == [(flag.upper(), ())]


@pytest.mark.parametrize(
    ("written", "expected"),
    [*AUTHORIZATIONS, *FORMATS, *CONVERSIONS],
    ids=[ascii(written) for written, _ in [*AUTHORIZATIONS, *FORMATS, *CONVERSIONS]],
)
def test_option_is_read(written: str, expected: Options) -> None:
    assert options(copied(f"COPY t FROM 's3://b/k' {written}")) == expected


@pytest.mark.parametrize(("authorization", "authorized"), AUTHORIZATIONS)
@pytest.mark.parametrize(("form", "formed"), FORMATS)
def test_options_stand_in_any_order(
    authorization: str, authorized: Options, form: str, formed: Options
) -> None:
    tail = "-- a comment; here\n region 'r' /* and here */ truncatecolumns"
    rest: Options = [("REGION", ("r",)), ("TRUNCATECOLUMNS", ())]
    forward = copied(f"copy t from 's3://b/k' {authorization} {form} {tail}")
    backward = copied(f"copy t from 's3://b/k' {tail} {form} {authorization}")
    assert options(forward) == [*authorized, *formed, *rest]
    assert options(backward) == [*rest, *formed, *authorized]


def test_layout_of_airflow() -> None:
    parsed = copied(
        "\n            COPY public.t (a, B)\n            FROM 's3://b/k'\n            credentials\n"
        "            'aws_access_key_id=A;aws_secret_access_key=S'\n"
        "            region 'eu-west-1'\n            CSV IGNOREHEADER 1;\n        "
    )
    assert parsed.table == ("public", "t")
    assert parsed.columns == ("a", "b")
    assert parsed.source == "s3://b/k"
    assert options(parsed) == [
        ("CREDENTIALS", ("aws_access_key_id=A;aws_secret_access_key=S",)),
        ("REGION", ("eu-west-1",)),
        ("CSV", ()),
        ("IGNOREHEADER", (1,)),
    ]


def test_temporary_target() -> None:
    assert copied("copy #stage from 's3://b/k' iam_role default").table == ("#stage",)


def test_options_know_their_place() -> None:
    parsed = copied("copy t from 's3://b' format as json 'auto' region 'r'")
    assert [each.position for each in parsed.options] == [22, 44]


SECRETS = [
    ("copy t from 's3://b' {}", "credentials 'aws_access_key_id=A;aws_secret_access_key=SECRET'"),
    ("copy t from 's3://b' {} csv", "ACCESS_KEY_ID 'SECRET' SECRET_ACCESS_KEY AS 'SECRET'"),
    ("copy t from 's3://b' csv {}", "session_token 'SECRET' master_symmetric_key 'SECRET'"),
    ("copy t from 's3://b' {}", "with credentials as $$aws_secret_access_key=SECRET$$"),
    ("copy t from 's3://b' {}", "credentials 'aws_iam_role=arn:x;token=SECRET'"),
    ("copy t from 's3://b' {}", "credentials 'SEC'\n'RET'"),
    ("unload ('select 1') to 's3://b' {}", "credentials 'aws_secret_access_key=SECRET' header"),
]


@pytest.mark.parametrize(("sql", "clause"), SECRETS, ids=[clause for _, clause in SECRETS])
def test_text_and_repr_hold_no_secret(sql: str, clause: str) -> None:
    parsed = parse_one(sql.format(clause))
    assert parsed is not None
    assert parsed.text.startswith(sql.split("{}", maxsplit=1)[0])
    assert "SEC" not in parsed.text.replace("SECRET_ACCESS_KEY AS", "")
    assert "SEC" not in repr(parsed).replace("SECRET_ACCESS_KEY", "")
    assert "'***'" in parsed.text


LEAKS = [
    "copy t from 's3://b' credentials 'aws_secret_access_key=SENTINEL' 'SENTINEL'",
    "copy t from 's3://b' credentials 'aws_secret_access_key=SENTINEL",
    "copy t from 's3://b access_key_id 'SENTINEL' secret_access_key 'SENTINEL'",
    "copy t from 's3://b' secret_access_key 'SENTINEL' session_token 5 'SENTINEL'",
]


@pytest.mark.parametrize("sql", LEAKS)
def test_error_holds_no_secret(sql: str) -> None:
    with pytest.raises(SyntaxFault) as raised:
        parse_one(sql)
    assert "SENTINEL" not in str(raised.value)


def test_text_keeps_what_is_no_secret() -> None:
    sql = "COPY t FROM 's3://b/k' CREDENTIALS 'aws_iam_role=arn:x' JSON 'auto'"
    assert copied(sql).text == sql


def test_text_leaves_out_comments() -> None:
    sql = "/* KEY */ COPY t FROM 's3://b/k'  -- SECRET_ACCESS_KEY 'old'\nIAM_ROLE default -- note"
    assert copied(sql).text == "COPY t FROM 's3://b/k' IAM_ROLE default"


REFUSED = [
    ("copy t from stdin", 'syntax error at or near "stdin"'),
    ("COPY t (a, b) FROM STDIN WITH CSV", 'syntax error at or near "STDIN"'),
    ("copy t to 's3://b'", 'syntax error at or near "to"'),
    ("copy (select 1) to 's3://b'", 'syntax error at or near "("'),
    ("copy t from program 'ls'", 'syntax error at or near "program"'),
    ("copy t from $1", 'syntax error at or near "$1"'),
    ("copy t from 's3://b' credentials $1", 'syntax error at or near "$1"'),
    ("copy t from 's3://b' (format csv)", 'syntax error at or near "("'),
    ("copy t from 's3://b' format xml", 'syntax error at or near "xml"'),
    ("copy t from 's3://b' format as gzip", 'syntax error at or near "gzip"'),
    ("copy t from 's3://b' with csv", 'syntax error at or near "csv"'),
    ("copy t from 's3://b' header", 'syntax error at or near "header"'),
    ("copy t from 's3://b' maxerror '3'", "syntax error at or near \"'***'\""),
    ("copy t from 's3://b' delimiter", "syntax error at end of input"),
    ("copy t from 's3://b' json auto", 'syntax error at or near "auto"'),
    ("copy t from 's3://b', 's3://c'", 'syntax error at or near ","'),
    ("copy t from 's3://b' csv csv", "conflicting or redundant options"),
    ("copy t from 's3://b' null '' null as 'x'", "conflicting or redundant options"),
    ("copy t () from 's3://b'", 'syntax error at or near ")"'),
    ("unload (select 1) to 's3://b'", 'syntax error at or near "select"'),
    ("unload ($1) to 's3://b'", 'syntax error at or near "$1"'),
    ("unload ('select 1') to stdout", 'syntax error at or near "stdout"'),
    ("unload ('select 1') to 's3://b' format delimiter ','", 'syntax error at or near "delimiter"'),
    ("unload ('select 1') to 's3://b' as csv", 'syntax error at or near "as"'),
    ("copy t from 's3://b' as gzip", 'syntax error at or near "gzip"'),
    ("unload 'select 1' to 's3://b'", "syntax error at or near \"'***'\""),
    ("unload ('select 1') to 's3://b' partition by a", 'syntax error at or near "a"'),
]


@pytest.mark.parametrize(("sql", "message"), REFUSED, ids=[sql for sql, _ in REFUSED])
def test_refused(sql: str, message: str) -> None:
    with pytest.raises(SyntaxFault) as raised:
        parse_one(sql)
    assert raised.value.message == message


UNLOADS: list[tuple[str, Options]] = [
    ("header", [("HEADER", ())]),
    ("csv", [("CSV", ())]),
    ("format as parquet", [("PARQUET", ())]),
    ("FORMAT JSON", [("JSON", ())]),
    ("delimiter as ','", [("DELIMITER", (",",))]),
    ("partition by (a, B) include", [("PARTITION BY", ("a", "b")), ("INCLUDE", ())]),
    ("manifest", [("MANIFEST", ())]),
    ("manifest verbose", [("MANIFEST", ("VERBOSE",))]),
    ("parallel off", [("PARALLEL", ("OFF",))]),
    ("parallel true", [("PARALLEL", ("ON",))]),
    ("maxfilesize 6.2 gb", [("MAXFILESIZE", ("6.2", "GB"))]),
    ("maxfilesize as 100", [("MAXFILESIZE", ("100", "MB"))]),
    ("rowgroupsize 64 mb", [("ROWGROUPSIZE", ("64", "MB"))]),
    ("null as 'x' addquotes escape", [("NULL AS", ("x",)), ("ADDQUOTES", ()), ("ESCAPE", ())]),
    ("allowoverwrite cleanpath gzip", [("ALLOWOVERWRITE", ()), ("CLEANPATH", ()), ("GZIP", ())]),
    ("kms_key_id 'k' encrypted auto", [("KMS_KEY_ID", ("k",)), ("ENCRYPTED", ("AUTO",))]),
    ("extension 'txt.gz'", [("EXTENSION", ("txt.gz",))]),
]


@pytest.mark.parametrize(("written", "expected"), UNLOADS, ids=[written for written, _ in UNLOADS])
def test_unload_option_is_read(written: str, expected: Options) -> None:
    parsed = parse_one(f"UNLOAD ($$select 'a' from t$$) TO 's3://b/k_' iam_role default {written}")
    assert isinstance(parsed, Unload)
    assert (parsed.query, parsed.target) == ("select 'a' from t", "s3://b/k_")
    assert options(parsed) == [("IAM_ROLE", ("DEFAULT",)), *expected]

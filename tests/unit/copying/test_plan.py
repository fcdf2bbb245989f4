"""What COPY refuses before it reads anything, and what it makes of its options.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-parameters.html
"""

import pytest

from sparkify_harness.redshift.copying.options import (
    Compression,
    Csv,
    DataFormat,
    Delimited,
    FixedWidth,
    Json,
    Role,
)
from sparkify_harness.redshift.copying.s3_settings import Credentials
from sparkify_harness.redshift.errors import NotEmulated, RedshiftError
from tests.unit.copying.conftest import ReadPlan

TABLE = "a int, b varchar(20)"


@pytest.fixture
def plan(read_plan: ReadPlan) -> ReadPlan:
    return read_plan


@pytest.mark.parametrize(
    ("options", "data_format"),
    [
        ("", Delimited("|")),
        (r"DELIMITER '\t' ESCAPE REMOVEQUOTES", Delimited("\t", escape=True, remove_quotes=True)),
        ("DELIMITER '|~|'", Delimited("|~|")),
        ("DELIMITER 'é'", Delimited("é")),
        (r"DELIMITER '\\342\\202\\254'", Delimited("€")),
        (r"DELIMITER '\\001'", Delimited("\1")),
        ("CSV", Csv(",", '"')),
        ("FORMAT AS CSV QUOTE '%' DELIMITER ';'", Csv(";", "%")),
        ("JSON 'auto'", Json()),
        ("FORMAT JSON AS 'auto ignorecase'", Json(ignore_case=True)),
        ("JSON 's3://b/paths.json'", Json(paths="s3://b/paths.json")),
        ("FIXEDWIDTH 'a:3, b:20'", FixedWidth((3, 20))),
    ],
)
def test_formats(plan: ReadPlan, options: str, data_format: DataFormat) -> None:
    assert plan(options).data_format == data_format


def test_options(plan: ReadPlan) -> None:
    made = plan(
        "JSON 'auto' GZIP REGION AS 'eu-west-1' MAXERROR 10 NOLOAD IGNOREHEADER 2 COMPUPDATE OFF "
        "STATUPDATE ON COMPROWS 10 TIMEFORMAT AS 'epochmillisecs' TRUNCATECOLUMNS BLANKSASNULL "
        "EMPTYASNULL ACCEPTINVCHARS AS '^' ACCEPTANYDATE DATEFORMAT 'auto' ROUNDEC"
    )
    assert made.compression is Compression.GZIP
    assert (made.region, made.max_errors, made.no_load) == ("eu-west-1", 10, True)
    assert made.ignore_header == 2
    conversion = made.conversion
    assert conversion.null_string is None
    assert (conversion.replacement, conversion.time_format) == ("^", "epochmillisecs")
    assert conversion.truncate
    assert conversion.round_decimals


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *(
            (f"JSON 'auto' {option}", "is not supported with")
            for option in (
                "CSV", "DELIMITER ','", "ESCAPE", "FILLRECORD", "FIXEDWIDTH 'a:1,b:1'",
                "IGNOREBLANKLINES", "NULL AS 'x'", "REMOVEQUOTES", "QUOTE 'x'",
            )
        ),
        ("JSON 'auto' READRATIO 10", "READRATIO is not supported for COPY from S3"),
        ("SSH", "SSH is not supported for COPY from S3"),
        *((f"CSV {option}", f"CSV is not compatible with {option.split()[0]}")
          for option in ("REMOVEQUOTES", "ESCAPE", "FIXEDWIDTH 'a:1,b:1'")),
        *((f"FIXEDWIDTH 'a:1,b:1' {option}", "is not supported with FIXEDWIDTH")
          for option in ("DELIMITER ','", "ESCAPE", "REMOVEQUOTES")),
        ("QUOTE '%'", "QUOTE is not supported with delimited text"),
        ("CSV QUOTE ','", "delimiter and quote must be different"),
        ("DELIMITER ''", "single ASCII character"),
        (r"DELIMITER '\\377'", "delimiter is not valid UTF-8"),
        ("CSV QUOTE '||'", "single ASCII character"),
        ("CSV QUOTE 'é'", "single ASCII character"),
        ("FIXEDWIDTH 'a:3'", "FIXEDWIDTH"),
        ("FIXEDWIDTH 'a:x,b:3'", "Invalid FIXEDWIDTH specification"),
        (f"FIXEDWIDTH 'a:{'9' * 5000}'", "Invalid FIXEDWIDTH specification"),
        ("GZIP BZIP2", "only one of GZIP, BZIP2, LZOP and ZSTD"),
        ("MAXERROR 100001", "MAXERROR must be between 0 and 100000"),
        ("IGNOREALLERRORS MAXERROR 2", "IGNOREALLERRORS is not supported with MAXERROR"),
        ("TIMEFORMAT 'nonsense'", "nonsense"),
        ("DATEFORMAT 'epochsecs'", "epochsecs"),
        ("TIMEFORMAT 'EPOCHSECS'", "EPOCHSECS"),
        ("JSON 'automatic'", "Invalid S3 path 'automatic'"),
        ("JSON 'noshred'", "requires exactly one column, of type SUPER"),
        ("PARQUET REGION 'us-west-2'", "REGION argument is not supported for PARQUET based COPY"),
    ],
)  # fmt: skip
def test_refused(plan: ReadPlan, options: str, message: str) -> None:
    with pytest.raises(RedshiftError, match=message) as error:
        plan(options)
    assert not isinstance(error.value, NotEmulated)


@pytest.mark.parametrize(
    "options", ["PARQUET", "ORC", "AVRO 'auto'", "SHAPEFILE", "LZOP", "ENCRYPTED"]
)
def test_not_emulated(plan: ReadPlan, options: str) -> None:
    with pytest.raises(NotEmulated, match="not emulated: COPY "):
        plan(options)


ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.mark.parametrize(
    ("clause", "authorization"),
    [
        (f"IAM_ROLE '{ROLE}'", Role(ROLE)),
        ("IAM_ROLE DEFAULT", Role("default")),
        (f"IAM_ROLE '{ROLE},{ROLE}2'", Role(f"{ROLE},{ROLE}2")),
        (f"WITH CREDENTIALS AS 'aws_iam_role={ROLE}'", Role(ROLE)),
        ("credentials 'aws_access_key_id=A;aws_secret_access_key=S/+='", Credentials("A", "S/+=")),
        ("CREDENTIALS 'aws_access_key_id=A;aws_secret_access_key=S;token=T=='",
         Credentials("A", "S", "T==")),
        ("ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY 'S' SESSION_TOKEN 'T'", Credentials("A", "S", "T")),
    ],
)  # fmt: skip
def test_authorization(plan: ReadPlan, clause: str, authorization: Role | Credentials) -> None:
    assert plan(keys=clause).authorization == authorization


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ("", "CREDENTIALS argument is required but not specified."),
        (f"IAM_ROLE '{ROLE}' ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY 'S'", "exclude each other"),
        (f"IAM_ROLE '{ROLE}' CREDENTIALS 'aws_iam_role={ROLE}'", "exclude each other"),
        ("ACCESS_KEY_ID 'A'", "must be specified together"),
        ("IAM_ROLE 'admin'", "Invalid IAM role ARN 'admin'"),
        *((f"CREDENTIALS '{text}'", "^Invalid credentials. Must be of the format: credentials ")
          for text in (
              "", "aws_access_key_id=A", "AWS_ACCESS_KEY_ID=A;aws_secret_access_key=S",
              "aws_access_key_id=A; aws_secret_access_key=S", "aws_access_key_id=A;secret=S",
              f"aws_iam_role={ROLE};aws_access_key_id=A",
          )),
    ],
)  # fmt: skip
def test_authorization_refused(plan: ReadPlan, clause: str, message: str) -> None:
    with pytest.raises(RedshiftError, match=message):
        plan(keys=clause)


def test_secrets_show_in_no_repr(plan: ReadPlan) -> None:
    made = plan(keys="ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY 'sentinel1' SESSION_TOKEN 'sentinel2'")
    assert "sentinel" not in repr(made)


@pytest.mark.parametrize(
    ("table", "columns", "options", "loaded"),
    [
        ("a int, b int", "", "", "a b"),
        ("a int, b int", "(b)", "", "b"),
        ("i int identity(0,1), b int", "", "", "b"),
        ("i int identity(0,1), b int", "(b, i)", "EXPLICIT_IDS", "b i"),
        ("i int identity(0,1), b int", "", "EXPLICIT_IDS", "i b"),
        ("i int generated by default as identity(0,1), b int", "", "", "i b"),
        ("i int generated by default as identity(0,1), b int", "(b)", "", "b"),
        ("a int not null default 3, b int", "(b)", "", "b"),
    ],
)
def test_target_columns(
    plan: ReadPlan, table: str, columns: str, options: str, loaded: str
) -> None:
    made = plan(options, table=table, columns=columns)
    assert [column.name for column in made.columns] == loaded.split()


@pytest.mark.parametrize(
    ("table", "columns", "options", "message"),
    [
        ("a int", "(b)", "", 'column "b" of relation "t" does not exist'),
        ("a int, b int", "(a, a)", "", 'column "a" specified more than once'),
        ("a int not null, b int", "(b)", "", "Cannot insert a NULL value into column a"),
        ("i int identity(0,1), b int", "(i, b)", "", "identity column"),
        ("a int, b int", "", "EXPLICIT_IDS", "EXPLICIT_IDS needs the IDENTITY column"),
        ("i int identity(0,1), b int", "(b)", "EXPLICIT_IDS", "EXPLICIT_IDS needs"),
    ],
)
def test_target_columns_refused(
    plan: ReadPlan, table: str, columns: str, options: str, message: str
) -> None:
    with pytest.raises(RedshiftError, match=message):
        plan(options, table=table, columns=columns)


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("emr://j-1/x", NotEmulated, "emr"),
        ("dynamodb://table", NotEmulated, "dynamodb"),
        ("/tmp/file", RedshiftError, "Invalid S3 path"),
        ("s3:///key", RedshiftError, "Invalid S3 path"),
    ],
)
def test_sources(plan: ReadPlan, source: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        plan(source=source)

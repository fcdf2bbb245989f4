"""UNLOAD: what lies in the bucket afterwards, what is refused, what is told.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD_command_examples.html
"""

import io
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sparkify_harness.objectstore import Endpoint, RunningStore
from sparkify_harness.warehouse import open_warehouse
from tests.redshift.clients import Client, Psycopg3, ServerError
from tests.redshift.copies import Lake, keys_of

_FOLDERS = count()


@dataclass
class Shore:
    """A session that writes to a bucket.

    Args:
        client: The session.
        lake: The bucket.
        writer: A key that may do everything.
        url: A folder that is empty, with a slash at the end.
    """

    client: Client
    lake: Lake
    writer: Endpoint
    url: str

    @property
    def _prefix(self) -> str:
        return self.url.removeprefix(f"s3://{self.lake.bucket}/")

    def unload(self, query: str, options: str = "", *, to: str = "") -> None:
        self.client.run(
            f"UNLOAD ($${query}$$) TO '{self.url}{to}' {keys_of(self.writer)} {options}"
        )

    def refused(self, query: str, options: str = "") -> tuple[str | None, str]:
        with pytest.raises(ServerError) as caught:
            self.unload(query, options)
        return caught.value.sqlstate, caught.value.message

    def objects(self) -> dict[str, bytes]:
        """What lies in the folder."""
        listed = self.lake.s3.list_objects_v2(Bucket=self.lake.bucket, Prefix=self._prefix)
        return {
            one["Key"].removeprefix(self._prefix): self.lake.s3.get_object(
                Bucket=self.lake.bucket, Key=one["Key"]
            )["Body"].read()
            for one in listed.get("Contents", ())
        }

    def put(self, objects: Mapping[str, bytes]) -> None:
        for name, body in objects.items():
            self.lake.s3.put_object(Bucket=self.lake.bucket, Key=self._prefix + name, Body=body)


@pytest.fixture
def shore(sql: Client, lake: Lake) -> Shore:
    url = f"s3://{lake.bucket}/unload-{next(_FOLDERS)}/"
    return Shore(sql, lake, lake.running.endpoint, url)


VENUES = "CREATE TABLE venue (id int, name varchar(40), seats int, opened date, indoor bool)"
ROWS = (
    "INSERT INTO venue VALUES (1, 'Toyota Park', 0, '2006-06-11', false), "
    "(2, 'Columbus \"Crew\" Stadium', NULL, '1999-05-15', true), (3, 'a|b,c\\\\d', 7, NULL, NULL)"
)
ORDERED = "SELECT * FROM venue ORDER BY id"


@pytest.fixture
def venues(shore: Shore) -> Shore:
    shore.client.run(VENUES, ROWS)
    return shore


TEXTS: dict[str, tuple[str, str]] = {
    "text": (
        "",
        '1|Toyota Park|0|2006-06-11|f\n2|Columbus "Crew" Stadium||1999-05-15|t\n3|a|b,c\\d|7||\n',
    ),
    "delimiter": (
        "DELIMITER '\\t' NULL AS 'fred'",
        '1\tToyota Park\t0\t2006-06-11\tf\n2\tColumbus "Crew" Stadium\tfred\t1999-05-15\tt\n'
        "3\ta|b,c\\d\t7\tfred\tfred\n",
    ),
    "escape": (
        "ESCAPE",
        '1|Toyota Park|0|2006-06-11|f\n2|Columbus "Crew" Stadium||1999-05-15|t\n'
        "3|a\\|b,c\\\\d|7||\n",
    ),
    "quotes and escape": (
        "ADDQUOTES ESCAPE HEADER",
        '"id"|"name"|"seats"|"opened"|"indoor"\n'
        '"1"|"Toyota Park"|"0"|"2006-06-11"|"f"\n'
        '"2"|"Columbus \\"Crew\\" Stadium"|""|"1999-05-15"|"t"\n'
        '"3"|"a\\|b,c\\\\d"|"7"|""|""\n',
    ),
    "csv": (
        "FORMAT AS CSV HEADER",
        "id,name,seats,opened,indoor\n1,Toyota Park,0,2006-06-11,f\n"
        '2,"Columbus ""Crew"" Stadium",,1999-05-15,t\n3,"a|b,c\\d",7,,\n',
    ),
    "csv with a delimiter": (
        "CSV DELIMITER '|'",
        "1|Toyota Park|0|2006-06-11|f\n"
        '2|"Columbus ""Crew"" Stadium"||1999-05-15|t\n3|"a|b,c\\d"|7||\n',
    ),
    "json": (
        "JSON",
        '{"id":1,"name":"Toyota Park","seats":0,"opened":"2006-06-11","indoor":"f"}\n'
        '{"id":2,"name":"Columbus \\"Crew\\" Stadium","seats":null,"opened":"1999-05-15",'
        '"indoor":"t"}\n'
        '{"id":3,"name":"a|b,c\\\\d","seats":7,"opened":null,"indoor":null}\n',
    ),
}


@pytest.mark.parametrize("form", TEXTS)
def test_rows_as_lines(form: str, venues: Shore) -> None:
    options, expected = TEXTS[form]
    venues.unload(ORDERED, f"PARALLEL OFF {options}", to="v_")
    assert {name: body.decode() for name, body in venues.objects().items()} == {"v_000": expected}


@pytest.mark.parametrize(
    ("word", "suffix", "codec"),
    [
        ("GZIP", ".gz", "gzip"),
        ("BZIP2", ".bz2", "bz2"),
        ("ZSTD", ".zst", "zstd"),
    ],
)
def test_compressed(word: str, suffix: str, codec: str, venues: Shore) -> None:
    venues.unload(ORDERED, f"PARALLEL OFF {word}")
    (name,), (body,) = zip(*venues.objects().items(), strict=True)
    with pa.input_stream(io.BytesIO(body), codec) as opened:
        read = opened.read().decode()
    assert (name, read) == (f"000{suffix}", TEXTS["text"][1])


def test_each_slice_writes_files(venues: Shore) -> None:
    venues.unload(ORDERED, to="venue_")
    found = venues.objects()
    assert [*found] == ["venue_0000_part_00", "venue_0001_part_00"]
    assert sorted(b"".join(found.values()).decode().splitlines()) == sorted(
        TEXTS["text"][1].splitlines()
    )


def test_as_many_slices_as_are_said(lake: Lake, store: RunningStore, tmp_path: Path) -> None:
    endpoint = store.endpoint
    with (
        open_warehouse(folder=tmp_path, s3_endpoint=endpoint.url, slices=3) as running,
        closing(Psycopg3(running.connection)) as client,
    ):
        shore = Shore(client, lake, endpoint, f"s3://{lake.bucket}/unload-{next(_FOLDERS)}/")
        shore.unload("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4")
        assert [*shore.objects()] == [f"000{number}_part_00" for number in range(3)]
        assert client.rows("SELECT slice FROM stv_slices ORDER BY 1") == [(0,), (1,), (2,)]


def test_extension(venues: Shore) -> None:
    venues.unload(ORDERED, "PARALLEL OFF GZIP EXTENSION 'csv.gz' CSV")
    assert [*venues.objects()] == ["000.csv.gz"]


def test_what_clients_hear(venues: Shore) -> None:
    client = venues.client
    venues.unload(ORDERED, "PARALLEL OFF")
    assert client.notices()[-1] == "UNLOAD completed, 3 record(s) unloaded successfully."
    assert client.rows("SELECT pg_last_unload_count()") == [(3,)]
    venues.refused(ORDERED)
    assert client.rows("SELECT pg_last_unload_count()") == [(0,)]
    path = f"{venues.url}000"
    size = len(TEXTS["text"][1])
    assert client.rows(
        "SELECT trim(path), slice, line_count, transfer_size, trim(file_format) "
        f"FROM stl_unload_log WHERE path = '{path}'"
    ) == [(path, 0, 3, size, "Text")]
    told = client.rows(
        "SELECT status, unloaded_rows, unloaded_files_count, unloaded_files_size, "
        f"error_message LIKE '%not empty%' FROM sys_unload_history "
        f"WHERE unloaded_location = '{venues.url}' ORDER BY query_id"
    )
    assert told == [("completed", 3, 1, size, False), ("aborted", 0, 0, 0, True)]
    assert client.rows(f"SELECT line_count FROM sys_unload_detail WHERE file_name = '{path}'") == [
        (3,)
    ]


NOT_EMPTY = (
    "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, "
    "manually removing the target files in S3, or using the ALLOWOVERWRITE option."
)


def test_what_is_there_is_not_overwritten(venues: Shore) -> None:
    venues.put({"000": b"old", "other": b"old"})
    assert venues.refused(ORDERED, "PARALLEL OFF") == ("XX000", NOT_EMPTY)
    assert venues.objects() == {"000": b"old", "other": b"old"}
    venues.unload(ORDERED, "PARALLEL OFF ALLOWOVERWRITE")
    assert venues.objects() == {"000": TEXTS["text"][1].encode(), "other": b"old"}
    venues.unload(ORDERED, "PARALLEL OFF CLEANPATH")
    assert venues.objects() == {"000": TEXTS["text"][1].encode()}


@pytest.mark.parametrize("extra", ["", "INCLUDE"])
def test_partitions(extra: str, venues: Shore) -> None:
    venues.put({"indoor=t/old": b"old", "indoor=x/old": b"old"})
    venues.unload(
        "SELECT id, indoor FROM venue ORDER BY id",
        f"PARALLEL OFF PARTITION BY (indoor) {extra} CLEANPATH MANIFEST",
    )
    found = venues.objects()
    manifest = json.loads(found.pop("manifest"))
    shown = (
        {"f": "1|f\n", "t": "2|t\n", "": "3|\n"} if extra else {"f": "1\n", "t": "2\n", "": "3\n"}
    )
    assert {name: body.decode() for name, body in found.items()} == {
        "indoor=f/000": shown["f"],
        "indoor=t/000": shown["t"],
        "indoor=__HIVE_DEFAULT_PARTITION__/000": shown[""],
        "indoor=x/old": "old",
    }
    assert {one["url"] for one in manifest["entries"]} == {
        venues.url + name for name in found if name != "indoor=x/old"
    }


def test_the_prefix_of_partitions_is_a_folder(venues: Shore) -> None:
    venues.unload("SELECT id, 'a/b' AS p FROM venue WHERE id = 1", "PARTITION BY (p)", to="x")
    assert {*venues.objects()} == {"x/p=a%2Fb/0000_part_00"}


def test_manifest(venues: Shore) -> None:
    venues.unload(ORDERED, "PARALLEL OFF MANIFEST VERBOSE", to="v_")
    whole = json.loads(venues.objects()["v_manifest"])
    size = len(TEXTS["text"][1])
    meta = {"content_length": size, "record_count": 3}
    assert whole["entries"] == [{"url": f"{venues.url}v_000", "meta": meta}]
    assert whole["meta"] == meta
    assert whole["author"]["name"] == "Amazon Redshift"
    assert [one["name"] for one in whole["schema"]["elements"]] == [
        *("id", "name", "seats", "opened", "indoor"),
    ]


def test_copy_reads_the_manifest(venues: Shore) -> None:
    venues.unload(ORDERED, "MANIFEST GZIP ESCAPE", to="v_")
    venues.client.run(
        "CREATE TABLE back (LIKE venue)",
        f"COPY back FROM '{venues.url}v_manifest' {keys_of(venues.writer)} MANIFEST GZIP ESCAPE",
    )
    assert venues.client.rows("SELECT * FROM back ORDER BY id") == venues.client.rows(ORDERED)


def test_parquet(venues: Shore) -> None:
    venues.unload(
        "SELECT id, name, seats::decimal(8,2) AS seats, opened, indoor, "
        "timestamptz '2020-01-01 12:00:00+02' AS at, json_parse('{\"a\":[1]}') AS s FROM venue "
        "WHERE id < 3 ORDER BY id",
        "PARALLEL OFF FORMAT PARQUET",
        to="p_",
    )
    (name,), (body,) = zip(*venues.objects().items(), strict=True)
    file = pq.ParquetFile(io.BytesIO(body))
    assert name == "p_000.parquet"
    assert file.metadata.format_version == "1.0"
    assert file.metadata.row_group(0).column(0).compression == "SNAPPY"
    rows = file.read().to_pylist()
    assert [(row["id"], row["name"], str(row["seats"]), row["indoor"]) for row in rows] == [
        (1, "Toyota Park", "0.00", False),
        (2, 'Columbus "Crew" Stadium', "None", True),
    ]
    assert str(rows[0]["opened"]) == "2006-06-11"
    assert str(rows[0]["at"]) == "2020-01-01 10:00:00"
    assert rows[0]["s"] == '{"a":[1]}'


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ("", ["0000_part_00", "0001_part_00"]),
        ("PARALLEL OFF CSV HEADER", ["000"]),
        ("JSON", []),
    ],
)
def test_no_rows(options: str, names: list[str], venues: Shore) -> None:
    venues.unload("SELECT id FROM venue WHERE id > 9", options)
    found = venues.objects()
    assert [*found] == names
    assert {*found.values()} <= {b"", b"id\n"}


def test_a_file_that_is_full(shore: Shore) -> None:
    client = shore.client
    client.run("CREATE TABLE wide (id int, s varchar(60000))", "INSERT INTO wide SELECT 1, 'x'")
    for _ in range(8):
        client.run("INSERT INTO wide SELECT id, s FROM wide")
    query = "SELECT id, repeat('y', 59000) AS s FROM wide"
    shore.unload(query, "PARALLEL OFF MAXFILESIZE 5 MB HEADER")
    found = shore.objects()
    assert [*found] == ["000", "001", "002"]
    assert all(len(body) <= 5 << 20 and body.startswith(b"id|s\n") for body in found.values())
    lines = sum(body.count(b"\n") - 1 for body in found.values())
    assert lines == 256
    # Each is one of several parts, and no part is left.
    shore.unload(query, "PARALLEL OFF ALLOWOVERWRITE")
    assert len(shore.objects()["000"]) == 256 * 59003
    uploads = shore.lake.s3.list_multipart_uploads(Bucket=shore.lake.bucket)
    assert not uploads.get("Uploads")


REFUSED = {
    "LIMIT at the end": ("SELECT 1 AS a LIMIT 1", "", "0A000", "Limit clause is not supported"),
    "LIMIT of nothing": ("SELECT 1 AS a LIMIT 0", "", "0A000", "Limit clause is not supported"),
    "LIMIT of a union": (
        "SELECT 1 AS a UNION SELECT 2 LIMIT 1", "", "0A000", "Limit clause is not supported",
    ),
    "a name twice": (
        "SELECT 1 AS a, 2 AS a", "JSON", "0A000", 'UNLOAD JSON: column name "a" is not unique',
    ),
    "no column is left": (
        "SELECT 1 AS a", "PARTITION BY (a)", "0A000",
        "UNLOAD: at least one column must not be a partition column",
    ),
    "a partition of nothing": (
        "SELECT 1 AS a", "PARTITION BY (b)", "42703",
        'column "b" of PARTITION BY is not in the query',
    ),
    "bytes in JSON": (
        "SELECT 'a'::varbyte AS b", "JSON", "0A000",
        'UNLOAD JSON does not support column "b" of type binary varying(64000)',
    ),
    "a time in Parquet": (
        "SELECT '1:00'::time AS t", "PARQUET", "0A000",
        "not emulated: UNLOAD PARQUET of time without time zone",
    ),
    "both": (
        "SELECT 1 AS a", "CLEANPATH ALLOWOVERWRITE", "42601",
        "ALLOWOVERWRITE is not supported with CLEANPATH",
    ),
    "a small file": (
        "SELECT 1 AS a", "MAXFILESIZE 4 MB", "22023",
        "MAXFILESIZE must be between 5 MB and 6349 MB",
    ),
    "no format takes it": (
        "SELECT 1 AS a", "PARQUET HEADER", "0A000", "HEADER is not supported for UNLOAD to PARQUET",
    ),
    "CSV takes no escape": (
        "SELECT 1 AS a", "CSV ESCAPE", "0A000", "not emulated: UNLOAD CSV ESCAPE",
    ),
    "fixed width": (
        "SELECT 1 AS a", "FIXEDWIDTH 'a:3'", "0A000", "not emulated: UNLOAD FIXEDWIDTH",
    ),
    "a key without ENCRYPTED": (
        "SELECT 1 AS a", "KMS_KEY_ID 'k'", "0A000",
        "not emulated: UNLOAD KMS_KEY_ID without ENCRYPTED",
    ),
    "AUTO": ("SELECT 1 AS a", "ENCRYPTED AUTO", "0A000", "not emulated: UNLOAD ENCRYPTED AUTO"),
    "a truth value in folders and files": (
        "SELECT true AS a, 1 AS b", "PARQUET PARTITION BY (a) INCLUDE", "0A000",
        "not emulated: UNLOAD PARQUET PARTITION BY of boolean with INCLUDE",
    ),
    "what only the leader node has": (
        "SELECT current_schema()", "", "0A000",
        "Specified types or functions (one per INFO message) not supported on Redshift tables.",
    ),
    "a view of the leader node": (
        "SELECT tablename FROM pg_table_def", "", "0A000",
        "Specified types or functions (one per INFO message) not supported on Redshift tables.",
    ),
    "object ids in Parquet": (
        "SELECT oid FROM pg_class", "PARQUET", "0A000", "not emulated: UNLOAD PARQUET of oid",
    ),
    "a parameter": ("SELECT $1", "", "42P02", "there is no parameter $1"),
    "no query": ("DELETE FROM t", "", "42601", 'syntax error at or near "DELETE"'),
    "no table": ("SELECT * FROM nowhere", "", "42P01", 'relation "nowhere" does not exist'),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, shore: Shore) -> None:
    query, options, sqlstate, message = REFUSED[case]
    assert shore.refused(query, options) == (sqlstate, message)
    assert shore.objects() == {}


def test_a_limit_within_is_taken(venues: Shore) -> None:
    venues.unload("SELECT * FROM (SELECT id FROM venue ORDER BY id LIMIT 1)", "PARALLEL OFF")
    assert venues.objects() == {"000": b"1\n"}


def test_keys_that_may_not_write(venues: Shore) -> None:
    with pytest.raises(ServerError) as caught:
        venues.client.run(f"UNLOAD ('SELECT 1') TO '{venues.url}' {venues.lake.keys}")
    assert caught.value.message.startswith("S3ServiceException:Access Denied,Status 403")
    assert venues.objects() == {}


def test_what_was_written_stays_after_a_rollback(venues: Shore) -> None:
    client = venues.client
    client.run("BEGIN", "INSERT INTO venue (id) VALUES (9)")
    venues.unload("SELECT id FROM venue WHERE id = 9", "PARALLEL OFF")
    client.run("ROLLBACK")
    assert venues.objects() == {"000": b"9\n"}
    assert client.rows("SELECT count(*) FROM venue") == [(3,)]


def test_airflow_writes_dollars_and_credentials(venues: Shore) -> None:
    """As RedshiftToS3Operator writes it: in a transaction of the driver's own.

    Airflow: https://airflow.apache.org/docs/apache-airflow-providers-amazon/stable/operators/transfer/redshift_to_s3.html
    """
    key = venues.writer
    pair = f"aws_access_key_id={key.access_key_id};aws_secret_access_key={key.secret_access_key}"
    venues.client.run(
        f"""
                    UNLOAD ($$SELECT * FROM venue WHERE name = 'Toyota Park'$$)
                    TO '{venues.url}venue_'
                    credentials
                    '{pair}'
                    PARALLEL OFF\n\t\t\tHEADER;
        """
    )
    assert venues.objects() == {
        "venue_000": b"id|name|seats|opened|indoor\n1|Toyota Park|0|2006-06-11|f\n"
    }


def test_encrypted(venues: Shore) -> None:
    """awswrangler writes ENCRYPTED with every UNLOAD, most often without a key."""
    venues.unload(ORDERED, "PARALLEL OFF ENCRYPTED")
    assert [*venues.objects()] == ["000"]
    key = "arn:aws:kms:us-west-2:123456789012:key/1"
    venues.unload(ORDERED, f"PARALLEL OFF ALLOWOVERWRITE KMS_KEY_ID '{key}' ENCRYPTED")
    told = venues.lake.s3.head_object(
        Bucket=venues.lake.bucket, Key=venues.url.partition(f"{venues.lake.bucket}/")[2] + "000"
    )
    assert (told["ServerSideEncryption"], told["SSEKMSKeyId"]) == ("aws:kms", key)

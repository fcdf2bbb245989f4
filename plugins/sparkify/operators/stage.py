"""Files on S3 into a staging table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict

from airflow.sdk import Context
from airflow.sdk.log import mask_secret

from sparkify.copying import HIDDEN, CopyStatement, Option, run_copy
from sparkify.credentials import S3Access, s3_access, s3_client
from sparkify.errors import StatementError
from sparkify.folder import Copied as CopiedRows
from sparkify.folder import Folder
from sparkify.objects import ObjectInfo, digest, list_objects
from sparkify.observation import Copied, Loaded
from sparkify.operators.base import WarehouseOperator
from sparkify.warehouse import WarehouseSession

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FORMAT_WORDS = ("auto", "auto ignorecase", "noshred")


class S3Arguments(TypedDict):
    """The arguments of a `StageToRedshiftOperator` that say where the files are."""

    bucket: str
    region: str
    aws_conn_id: str


class StageToRedshiftOperator(WarehouseOperator):
    """Keeps a table equal to the files below a prefix: COPY reads them anew when one has changed.

    The statement holds credentials; it exists in `execute` alone and is shown nowhere.
    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html

    Args:
        table: to load.
        bucket: to read from; templated.
        key: prefix of the keys to read; templated.
        file_format: JSON, CSV, PARQUET, ...; None for delimited text.
        jsonpaths: of JSON and AVRO: `auto`, `auto ignorecase`, `noshred`, an S3 URL, or the key of
            a file in the same bucket; templated.
        region: of the bucket; templated. Empty: that of the AWS connection, where it has one.
        columns: to load, in the order of the fields; empty for all.
        options: any others of COPY: `{"TIMEFORMAT": "auto", "MAXERROR": 10, "GZIP": True}`.
        aws_conn_id: Airflow connection with the keys or the role to read with; templated.
        iam_role: for the cluster to assume; takes precedence over the connection's; templated.
    """

    _copied: dict[str, tuple[Copied, str]]
    """What each COPY read, and its statement without secrets, by the key."""

    ui_color = "#358140"
    ui_fgcolor = "#ffffff"
    template_fields: Sequence[str] = (
        "bucket",
        "key",
        "jsonpaths",
        "region",
        "iam_role",
        "aws_conn_id",
        *WarehouseOperator.template_fields,
    )

    def __init__(
        self,
        *,
        table: str,
        bucket: str,
        key: str,
        file_format: str | None = "JSON",
        jsonpaths: str | None = None,
        region: str | None = None,
        columns: Sequence[str] = (),
        options: Mapping[str, Option] | None = None,
        aws_conn_id: str = "aws_credentials",
        iam_role: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.table = table
        self.bucket = bucket
        self.key = key
        self.file_format = file_format
        self.jsonpaths = jsonpaths
        self.region = region
        self.columns = columns
        self.options = options
        self.aws_conn_id = aws_conn_id
        self.iam_role = iam_role

    def execute(self, context: Context) -> int:
        """Returns the number of rows in the table.

        Raises:
            LoadError: with the refused records.
            PipelineError: see `sparkify.errors`.
        """
        access = s3_access(self.aws_conn_id, self.iam_role)
        try:
            secrets = access.authorization.secrets()
        except ValueError as error:
            raise StatementError(f"cannot write the COPY into {self.table}: {error}") from None
        for secret in secrets:
            mask_secret(secret)
        client = s3_client(self.aws_conn_id)
        self._copied = {}
        run = self.run_of(context)
        with self.session(secrets) as session:
            rows = self.stage(session, client, access, context)
        copied = list(self._copied.values())
        loaded = Loaded(
            into=self.table_at(self.table),
            rows=rows,
            seconds=run.seconds,
            changed=bool(copied),
            staged=True,
            copied=[item for item, _ in copied],
            sql=";\n".join(sql for _, sql in copied),
        )
        self.observe(context, loaded)
        return rows

    def stage(
        self, session: WarehouseSession, client: "S3Client", access: S3Access, context: Context
    ) -> int:
        """Brings the table up to date; the number of its rows."""
        folder = Folder(session, self.names, self.table, self.run_of(context))

        def listing() -> ObjectInfo:
            return digest(self.key, list_objects(client, self.bucket, self.key))

        if (count := folder.rows_of(listing())) is not None:
            return count
        target = self.names.bare(self.table)
        return folder.replace(
            listing, lambda: self.copy(session, access, self.schema, target, self.key)
        )

    def copy(
        self, session: WarehouseSession, access: S3Access, schema: str | None, target: str, key: str
    ) -> CopiedRows:
        """One COPY.

        Args:
            session: of the warehouse.
            access: by what right.
            schema: of the target.
            target: table to copy into.
            key: prefix of the keys to read.
        """
        statement = CopyStatement(
            schema=schema or None,
            table=target,
            bucket=self.bucket,
            key=key,
            authorization=access.authorization,
            columns=self.columns,
            file_format=self.file_format,
            format_argument=self._format_argument(),
            region=self.region or access.region,
            options=self.options or {},
        )
        try:
            sql = statement.sql()
        except ValueError as error:
            raise StatementError(f"cannot write the COPY into {self.table}: {error}") from None
        self.log.info("COPY into %s from %s", self.table, statement.source)
        counting = bool((self.options or {}).get("MAXERROR"))
        rows, rejected = run_copy(
            session,
            sql,
            doing=f"COPY into {self.table}",
            count_rejected=counting,
        )
        shown = replace(statement, authorization=HIDDEN).sql()
        self._copied[key] = Copied(self.bucket, key, rows, rejected), shown
        return rows, rejected

    def _format_argument(self) -> str | None:
        paths = self.jsonpaths
        if not paths or paths in _FORMAT_WORDS or paths.startswith("s3://"):
            return paths
        return f"s3://{self.bucket}/{paths}"

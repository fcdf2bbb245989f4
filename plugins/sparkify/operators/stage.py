"""Files on S3 into a staging table."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from airflow.sdk import Context
from airflow.sdk.log import mask_secret

from sparkify.copying import CopyStatement, Option
from sparkify.credentials import s3_access
from sparkify.errors import LoadError, PipelineError, StatementError
from sparkify.load_errors import (
    last_copy_id,
    last_failed_id,
    load_errors_of,
    with_load_errors,
)
from sparkify.operators.base import WarehouseOperator
from sparkify.quoting import qualified
from sparkify.warehouse import Session

_FORMAT_WORDS = ("auto", "auto ignorecase", "noshred")


class StageToRedshiftOperator(WarehouseOperator):
    """Replaces a table's rows by what COPY reads from S3, in one transaction.

    The target is cleared by DELETE: TRUNCATE would commit, and a failed COPY would leave nothing.
    The statement holds credentials; it exists in `execute` alone and is shown nowhere.
    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html

    Args:
        table: to load; templated.
        schema: of the table; templated.
        bucket: to read from; templated.
        key: prefix of the keys to read; templated.
        file_format: JSON, CSV, PARQUET, ...; None for delimited text.
        jsonpaths: of JSON and AVRO: `auto`, `auto ignorecase`, `noshred`, an S3 URL, or the key of
            a file in the same bucket; templated.
        region: of the bucket; templated. Empty: that of the AWS connection, where it has one.
        columns: to load, in the order of the fields; empty for all.
        options: any others of COPY: `{"TIMEFORMAT": "auto", "MAXERROR": 10, "GZIP": True}`.
        clear_target: False to add to what is there.
        aws_conn_id: Airflow connection with the keys or the role to read with; templated.
        iam_role: for the cluster to assume; takes precedence over the connection's; templated.
    """

    ui_color = "#358140"
    ui_fgcolor = "#ffffff"
    template_fields: Sequence[str] = (
        "table",
        "schema",
        "bucket",
        "key",
        "jsonpaths",
        "region",
        "iam_role",
        "redshift_conn_id",
        "aws_conn_id",
    )

    def __init__(
        self,
        *,
        table: str,
        bucket: str,
        key: str,
        schema: str | None = None,
        file_format: str | None = "JSON",
        jsonpaths: str | None = None,
        region: str | None = None,
        columns: Sequence[str] = (),
        options: Mapping[str, Option] | None = None,
        clear_target: bool = True,
        aws_conn_id: str = "aws_credentials",
        iam_role: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.table = table
        self.schema = schema
        self.bucket = bucket
        self.key = key
        self.file_format = file_format
        self.jsonpaths = jsonpaths
        self.region = region
        self.columns = columns
        self.options = options
        self.clear_target = clear_target
        self.aws_conn_id = aws_conn_id
        self.iam_role = iam_role

    def execute(self, context: Context) -> int:
        """Returns the number of rows loaded.

        Raises:
            LoadError: with the refused records.
            PipelineError: see `sparkify.errors`.
        """
        copy = self._statement()
        try:
            sql = copy.sql()
        except ValueError as error:
            raise StatementError(f"cannot write the COPY into {self.table}: {error}") from None
        secrets = copy.authorization.secrets()
        for secret in secrets:
            mask_secret(secret)
        self.log.info("COPY into %s from %s", self.table, copy.source)
        with self.transaction(secrets) as session:
            if self.clear_target:
                target = qualified(self.schema, self.table)
                gone = session.execute(f"DELETE FROM {target}", doing=f"clearing {self.table}")  # noqa: S608 - its names are quoted
                self.log.info("Cleared %s: %d rows", self.table, gone)
            rows = self._load(session, sql, secrets)
        self.log.info("Loaded %d rows into %s", rows, self.table)
        return self.publish(context, rows)

    def _statement(self) -> CopyStatement:
        access = s3_access(self.aws_conn_id, self.iam_role)
        return CopyStatement(
            schema=self.schema,
            table=self.table,
            bucket=self.bucket,
            key=self.key,
            authorization=access.authorization,
            columns=self.columns,
            file_format=self.file_format,
            format_argument=self._format_argument(),
            region=self.region or access.region,
            options=self.options or {},
        )

    def _format_argument(self) -> str | None:
        paths = self.jsonpaths
        if not paths or paths in _FORMAT_WORDS or paths.startswith("s3://"):
            return paths
        return f"s3://{self.bucket}/{paths}"

    def _load(self, session: Session, sql: str, secrets: Sequence[str]) -> int:
        try:
            session.execute(sql, doing=f"COPY into {self.table}")
            count = session.scalar("SELECT pg_last_copy_count()", doing="counting loaded rows")
            return int(count)
        except PipelineError as error:
            rows = []
            # Only reading the load errors may fail quietly; the COPY's own error is raised below.
            with suppress(PipelineError):
                session.rollback()
                copy_id = last_copy_id(session)
                if copy_id < 0 and isinstance(error, LoadError):
                    copy_id = last_failed_id(session)
                if copy_id > 0:
                    rows = load_errors_of(session, copy_id)
            if isinstance(error, LoadError) or rows:
                error = with_load_errors(error, rows, secrets)
            raise error from None

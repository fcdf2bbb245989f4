"""What OpenLineage is told of our operators: datasets, and what is known of them.

Asked by the listener of Airflow's provider when a task has ended; nothing here is imported, and the
provider need not be installed, before that.

Datasets are named as OpenLineage and the provider's own operators name them:
https://openlineage.io/docs/spec/naming . SQL holds no secrets; COPY is told without its rights.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.providers.openlineage.extractors import OperatorLineage
from airflow.providers.openlineage.sqlparser import SQLParser
from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import (
    DatasetFacet,
    JobFacet,
    RunFacet,
    column_lineage_dataset,
    data_quality_assertions_dataset,
    input_statistics_input_dataset,
    output_statistics_output_dataset,
    schema_dataset,
    sql_job,
    test_run,
)

from sparkify.observation import FAIL, WARN, Checked, Copied, Finding, Loaded, Observation, TableAt
from sparkify.subqueries import with_subqueries

if TYPE_CHECKING:
    from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook

Lineage = OperatorLineage[Any, Any]

DIALECT = "redshift"
_SCHEMA = "public"


@dataclass(frozen=True)
class Place:
    """The warehouse, as OpenLineage names it.

    Attributes:
        namespace: `redshift://cluster.region:5439`.
        database: that the connection leads to.
    """

    namespace: str
    database: str

    @classmethod
    def of(cls, hook: "RedshiftSQLHook") -> "Place":
        """Where a hook's connection leads; asks Airflow for it, not the warehouse."""
        info = hook.get_openlineage_database_info(hook.conn)
        return cls(SQLParser.create_namespace(info), info.database or "")

    def name(self, table: TableAt) -> str:
        """`dev.public.songplays`."""
        return f"{self.database}.{table.schema or _SCHEMA}.{table.name}"


def lineage(observed: Observation, place: Place) -> Lineage:
    """What is told of a task that saw this."""
    match observed:
        case Loaded():
            return _of_load(observed, place)
        case Checked():
            return _of_checks(observed, place)


def _of_load(loaded: Loaded, place: Place) -> Lineage:
    facets = _table_facets(loaded.into)
    sources, columns = _origins(loaded)
    if columns:
        facets["columnLineage"] = column_lineage_dataset.ColumnLineageDatasetFacet(
            fields={name: _fields(origins, place) for name, origins in columns.items()}
        )
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=loaded.rows if loaded.changed else 0
    )
    jobs: dict[str, JobFacet] = {}
    if loaded.sql:
        jobs["sql"] = sql_job.SQLJobFacet(query=loaded.sql, dialect=DIALECT)
    return OperatorLineage(
        inputs=[*map(_files, loaded.copied), *(_input(table, place) for table in sources)],
        outputs=[
            OutputDataset(
                namespace=place.namespace,
                name=place.name(loaded.into),
                facets=facets,
                outputFacets={"outputStatistics": statistics},
            )
        ],
        job_facets=jobs,
    )


def _of_checks(checked: Checked, place: Place) -> Lineage:
    inputs = []
    for table in checked.tables:
        found = [_assertion(item) for item in checked.findings if item.table == table.table]
        dataset = _input(table, place)
        if found:
            facet = data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(found)
            dataset.inputFacets = {"dataQualityAssertions": facet}
        inputs.append(dataset)
    tests: dict[str, RunFacet] = {
        "test": test_run.TestRunFacet(tests=[_test(item) for item in checked.findings])
    }
    return OperatorLineage(inputs=inputs, run_facets=tests)


def _files(copied: Copied) -> InputDataset:
    statistics = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(
        rowCount=copied.rows + copied.rejected
    )
    return InputDataset(
        namespace=f"s3://{copied.bucket}",
        name=copied.key.strip("/") or "/",
        inputFacets={"inputStatistics": statistics},
    )


def _input(table: TableAt, place: Place) -> InputDataset:
    return InputDataset(
        namespace=place.namespace, name=place.name(table), facets=_table_facets(table)
    )


def _table_facets(table: TableAt) -> dict[str, DatasetFacet]:
    if not table.columns:
        return {}
    fields = [
        schema_dataset.SchemaDatasetFacetFields(name=name, type=kind, ordinal_position=number)
        for number, (name, kind) in enumerate(table.columns.items(), start=1)
    ]
    return {"schema": schema_dataset.SchemaDatasetFacet(fields=fields)}


Origin = tuple[TableAt, str]
"""A column of a table."""


def _origins(loaded: Loaded) -> tuple[list[TableAt], dict[str, list[Origin]]]:
    """The tables that the rows come from, and of each column the columns it comes from.

    Those that are known, and those that OpenLineage's parser finds in the SQL; it reads most.
    """
    tables = {table.name: table for table in loaded.sources}
    if loaded.staged or not loaded.sql:
        return list(tables.values()), {}
    parsed = SQLParser(DIALECT).parse(with_subqueries(loaded.sql, loaded.subqueries))
    if parsed is None:
        return list(tables.values()), {}
    for meta in parsed.in_tables:
        schema = meta.schema or loaded.into.schema
        tables.setdefault(meta.name, TableAt(meta.name, schema, meta.name))
    columns = {}
    for column in parsed.column_lineage:
        found = [
            (tables[meta.origin.name], meta.name)
            for meta in column.lineage
            if meta.origin and meta.origin.name in tables
        ]
        # The parser takes words such as the unit of a date part for columns.
        origins = [(table, name) for table, name in found if name in (table.columns or (name,))]
        if origins and column.descendant.name in loaded.into.columns:
            columns[column.descendant.name] = origins
    return list(tables.values()), columns


def _fields(inputs: Iterable[Origin], place: Place) -> column_lineage_dataset.Fields:
    return column_lineage_dataset.Fields(
        inputFields=[
            column_lineage_dataset.InputField(
                namespace=place.namespace, name=place.name(table), field=name
            )
            for table, name in inputs
        ]
    )


def _assertion(finding: Finding) -> data_quality_assertions_dataset.Assertion:
    return data_quality_assertions_dataset.Assertion(
        assertion=finding.kind,
        success=finding.verdict not in (FAIL, WARN),
        column=finding.column,
        severity=finding.severity,
        name=finding.check,
        expected=finding.expected,
        actual=finding.actual,
    )


def _test(finding: Finding) -> test_run.TestExecution:
    return test_run.TestExecution(
        name=finding.check,
        status="fail" if finding.verdict in (FAIL, WARN) else "pass",
        severity=finding.severity,
        type=finding.kind,
        expected=finding.expected,
        actual=finding.actual,
    )

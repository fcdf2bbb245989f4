"""Operators that load any table of a Redshift warehouse, and check it."""

from sparkify.operators.base import WarehouseArguments
from sparkify.operators.create_tables import CreateTablesOperator
from sparkify.operators.load import LoadTableOperator
from sparkify.operators.load_dimension import LoadDimensionOperator
from sparkify.operators.load_fact import LoadFactOperator
from sparkify.operators.quality import DataQualityOperator
from sparkify.operators.script import SqlScriptOperator
from sparkify.operators.stage import S3Arguments, StageToRedshiftOperator
from sparkify.operators.stage_logs import StageLogsOperator

__all__ = [
    "CreateTablesOperator",
    "DataQualityOperator",
    "LoadDimensionOperator",
    "LoadFactOperator",
    "LoadTableOperator",
    "S3Arguments",
    "SqlScriptOperator",
    "StageLogsOperator",
    "StageToRedshiftOperator",
    "WarehouseArguments",
]

"""Operators that load any table of a Redshift warehouse, and check it."""

from sparkify.operators.create_tables import CreateTablesOperator
from sparkify.operators.load_dimension import LoadDimensionOperator
from sparkify.operators.load_fact import LoadFactOperator
from sparkify.operators.quality import DataQualityOperator
from sparkify.operators.script import SqlScriptOperator
from sparkify.operators.stage import StageToRedshiftOperator
from sparkify.operators.stage_logs import StageLogsOperator

__all__ = [
    "CreateTablesOperator",
    "DataQualityOperator",
    "LoadDimensionOperator",
    "LoadFactOperator",
    "SqlScriptOperator",
    "StageLogsOperator",
    "StageToRedshiftOperator",
]

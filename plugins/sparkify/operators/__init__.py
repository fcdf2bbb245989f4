"""Operators that load any table of a Redshift warehouse, and check it."""

from sparkify.operators.load_dimension import LoadDimensionOperator
from sparkify.operators.load_fact import LoadFactOperator
from sparkify.operators.quality import DataQualityOperator
from sparkify.operators.script import SqlScriptOperator
from sparkify.operators.stage import StageToRedshiftOperator

__all__ = [
    "DataQualityOperator",
    "LoadDimensionOperator",
    "LoadFactOperator",
    "SqlScriptOperator",
    "StageToRedshiftOperator",
]

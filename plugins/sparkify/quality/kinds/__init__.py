"""The kinds of checks, under the names that dbt and Soda have made known; each is registered here.

A kind is one class in a module of its own. Whatever goes by the names of kinds reads `KINDS`.
"""

from collections.abc import Mapping

from sparkify.quality.check import Check
from sparkify.quality.kinds.accepted_values import AcceptedValues
from sparkify.quality.kinds.aggregate_is_true import AggregateIsTrue
from sparkify.quality.kinds.custom import FailingRows, SqlValue
from sparkify.quality.kinds.expression_is_true import ExpressionIsTrue
from sparkify.quality.kinds.freshness import Freshness
from sparkify.quality.kinds.in_range import InRange
from sparkify.quality.kinds.not_null import NotNull
from sparkify.quality.kinds.reconciles_with import ReconcilesWith
from sparkify.quality.kinds.relationships import Relationships
from sparkify.quality.kinds.row_count import RowCount
from sparkify.quality.kinds.row_count_drift import RowCountDrift
from sparkify.quality.kinds.schema import Schema
from sparkify.quality.kinds.unique import Unique

KINDS: Mapping[str, type[Check]] = {
    kind.kind: kind
    for kind in (
        NotNull,
        Unique,
        AcceptedValues,
        InRange,
        Relationships,
        ExpressionIsTrue,
        AggregateIsTrue,
        RowCount,
        RowCountDrift,
        Freshness,
        ReconcilesWith,
        Schema,
        FailingRows,
        SqlValue,
    )
}
"""All kinds by name."""

__all__ = [
    "KINDS",
    "AcceptedValues",
    "AggregateIsTrue",
    "ExpressionIsTrue",
    "FailingRows",
    "Freshness",
    "InRange",
    "NotNull",
    "ReconcilesWith",
    "Relationships",
    "RowCount",
    "RowCountDrift",
    "Schema",
    "SqlValue",
    "Unique",
]

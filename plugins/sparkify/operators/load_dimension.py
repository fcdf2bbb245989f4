"""Dimensions: who, what, where and when."""

from sparkify.operators.load import LoadTableOperator


class LoadDimensionOperator(LoadTableOperator):
    """Loads a dimension table; by default, rows with the same key are replaced.

    Arguments as `LoadTableOperator`.
    """

    ui_color = "#80BD9E"

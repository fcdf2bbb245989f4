"""Facts: what happened."""

from sparkify.operators.load import LoadTableOperator


class LoadFactOperator(LoadTableOperator):
    """Loads a fact table; by default, rows with the same key are replaced, so a rerun is harmless.

    Arguments as `LoadTableOperator`.
    """

    ui_color = "#F98866"

from typing import Final

from harness.redshift.engine.duckdb.functions.lowering import Lowering

LOWERINGS: Final[dict[str, Lowering]] = {}

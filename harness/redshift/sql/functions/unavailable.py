"""Functions that Redshift has and this substitute does not."""

from typing import Final

NOT_EMULATED: Final = frozenset({"hll"})

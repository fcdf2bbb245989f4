"""Every option there is."""

from typing import Final

from sparkify_harness.redshift.sql.options import (
    authorization,
    compression,
    conversion,
    formats,
    loading,
    objects,
    unloading,
)
from sparkify_harness.redshift.sql.options.option import Option, Transfer

CHAPTERS: Final = (authorization, formats, objects, compression, conversion, loading, unloading)

OPTIONS: Final = tuple(
    dict.fromkeys(
        item
        for chapter in CHAPTERS
        for item in vars(chapter).values()
        if isinstance(item, Option) and item.uses
    )
)
"""All of them, chapter by chapter."""

EXCLUSIONS: Final = (
    *compression.EXCLUSIONS,
    *loading.EXCLUSIONS,
    *unloading.EXCLUSIONS,
)


def options_of(transfer: Transfer) -> dict[str, Option]:
    """The options of a statement by the words that begin them."""
    return {option.key: option for option in OPTIONS if transfer in option.uses}

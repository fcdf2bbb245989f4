"""Queries that were resolved and typed, kept for the next session that sends the same text.

A tree follows from the text, the types of parameters that the client gave, and what was looked up
while it was bound: relations by their names, schemas, settings. It is kept together with these
look-ups, and serves every session in which they have the same answers now, whatever else was
defined meanwhile, and whatever other temporary tables there are.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from sparkify_harness.redshift.catalog.relations import Catalog, Relation
from sparkify_harness.redshift.engine.context import NotedMapping
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.remembered import Remembered
from sparkify_harness.redshift.sql import tree

LONGEST: Final = 16_384
"""Characters of the longest text whose tree is kept."""

_MOST: Final = 512
_ROOM: Final = 1_048_576
"""Characters of all texts together. What is made of them takes some fifty times as much memory."""

_VARIANTS: Final = 4
"""Trees of one text: sessions may mean different things by it."""


class Lookups:
    """A catalog and settings that note what they are asked; a name has one answer throughout.

    Args:
        catalog: The session's view of names.
        settings: The session's configuration parameters.
    """

    def __init__(self, catalog: Catalog, settings: Mapping[str, str]) -> None:
        self._catalog: Catalog | None = catalog
        self.settings = NotedMapping(settings)
        self._relations: dict[tuple[str, ...], Relation | None] = {}
        self._schemas: dict[str, bool] = {}
        self._failed = False

    def relation(self, name: Sequence[str]) -> Relation | None:
        """As ``Catalog.relation``."""
        key = tuple(name)
        if key not in self._relations:
            assert self._catalog is not None  # noqa: S101  # nothing is bound after the end
            try:
                self._relations[key] = self._catalog.relation(key)
            except RedshiftError:
                self._failed = True
                raise
        return self._relations[key]

    def schema_exists(self, name: str) -> bool:
        """As ``Catalog.schema_exists``."""
        if name not in self._schemas:
            assert self._catalog is not None  # noqa: S101  # nothing is bound after the end
            self._schemas[name] = self._catalog.schema_exists(name)
        return self._schemas[name]

    def end(self) -> bool:
        """Let go of the session; whether the answers can be compared with others later."""
        self._catalog = None
        self.settings.end()
        return not self._failed

    def hold(self, catalog: Catalog, settings: Mapping[str, str]) -> bool:
        """Whether a session has the same answers now."""
        try:
            return (
                self.settings.holds(settings)
                and all(_same(catalog.relation(each), was) for each, was in self._relations.items())
                and all(catalog.schema_exists(each) is was for each, was in self._schemas.items())
            )
        except RedshiftError:
            return False


def _same(now: Relation | None, was: Relation | None) -> bool:
    """Whether a name means what it meant: a temporary table, one of the same definition.

    A tree knows temporary tables by their names; their object ids are those of one session.
    """
    if now is was:
        return True
    if now is None or was is None or not (now.temporary and was.temporary):
        return now == was
    return now == replace(was, oid=now.oid)


def _acts(node: tree.Node) -> bool:
    """Whether a query does something to a session, as PG_TERMINATE_BACKEND does."""
    return isinstance(node, tree.Select) and any(
        isinstance(column.expression, tree.Call) and column.expression.overload.effect
        for column in node.columns
    )


class _Kept(NamedTuple):
    lookups: Lookups
    bound: tree.Bound


class BoundQueries:
    """The trees that were used last; for all sessions of a server."""

    def __init__(self) -> None:
        self._kept: Remembered[tuple[_Kept, ...]] = Remembered(_MOST, _ROOM)

    def get(
        self,
        text: str,
        circumstances: Hashable,
        catalog: Catalog,
        settings: Mapping[str, str],
        bind: Callable[[Lookups], tree.Bound],
    ) -> tree.Bound:
        """The tree that is kept, or else the one that is made now.

        Args:
            text: What was sent.
            circumstances: All else that the tree depends on, besides names and settings.
            catalog: The session's view of names.
            settings: The session's configuration parameters.
            bind: Makes the tree by nothing but these look-ups; what it raises is not kept.
        """
        key = text, circumstances
        variants = self._kept.get(key) or ()
        for kept in variants:
            if kept.lookups.hold(catalog, settings):
                return kept.bound
        lookups = Lookups(catalog, settings)
        bound = bind(lookups)
        if lookups.end() and len(text) <= LONGEST and not _acts(bound.node):
            variants = (_Kept(lookups, bound), *variants[: _VARIANTS - 1])
            self._kept.put(key, variants, len(text) * len(variants))
        return bound

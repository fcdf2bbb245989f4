"""Definitions of schemas and relations: what is committed, and what a transaction changed."""

import threading
from collections.abc import Iterable
from itertools import count

from sparkify_harness.redshift.catalog.relations import Relation

TEMPORARY_SCHEMA = "pg_temp"
FIRST_OID = 100_000
"""User objects start here on Redshift; smaller ids are the system's."""

Key = tuple[str, str]


class CatalogStore:
    """What is committed. Shared by all sessions; every access takes its lock."""

    def __init__(self, schemas: Iterable[str], relations: Iterable[Relation]) -> None:
        self._lock = threading.Lock()
        self._schemas = set(schemas)
        self._relations = {(item.schema, item.name): item for item in relations}
        highest = max((item.oid for item in self._relations.values()), default=FIRST_OID)
        self._oids = count(highest + 1)
        self._version = 0

    @property
    def version(self) -> int:
        """Grows whenever a definition is committed: what was bound before is bound again."""
        with self._lock:
            return self._version

    def new_oid(self) -> int:
        """An object id that was never given before."""
        with self._lock:
            return next(self._oids)

    def relation(self, key: Key) -> Relation | None:
        """The committed relation of that schema and name."""
        with self._lock:
            return self._relations.get(key)

    def relations(self) -> dict[Key, Relation]:
        """All committed relations."""
        with self._lock:
            return dict(self._relations)

    def has_schema(self, name: str) -> bool:
        """Whether there is a committed schema of that name."""
        with self._lock:
            return name in self._schemas

    def schemas(self) -> set[str]:
        """All committed schemas."""
        with self._lock:
            return set(self._schemas)

    def apply(self, changes: "CatalogChanges") -> None:
        """Make a transaction's changes visible to all."""
        with self._lock:
            self._version += changes.are_seen_by_others
            for name, present in changes.schemas.items():
                (self._schemas.add if present else self._schemas.discard)(name)
            for key, relation in changes.relations.items():
                if key[0] == TEMPORARY_SCHEMA:
                    continue
                if relation is None:
                    self._relations.pop(key, None)
                else:
                    self._relations[key] = relation


class CatalogChanges:
    """What a transaction changed and did not commit yet.

    Attributes:
        relations: By schema and name; None is dropped.
        schemas: By name; False is dropped.
    """

    def __init__(self) -> None:
        self.relations: dict[Key, Relation | None] = {}
        self.schemas: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self.relations or self.schemas)

    @property
    def are_seen_by_others(self) -> bool:
        """Whether they are more than temporary tables."""
        others = any(schema != TEMPORARY_SCHEMA for schema, _ in self.relations)
        return others or bool(self.schemas)

"""Names as one session sees them: temporary tables, search path, its own uncommitted changes."""

from collections.abc import Callable, Sequence

from sparkify_harness.redshift.catalog.profile import Profile
from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.catalog.store import (
    TEMPORARY_SCHEMA,
    CatalogChanges,
    CatalogStore,
    Key,
)
from sparkify_harness.redshift.catalog.system import (
    SYSTEM_SCHEMAS,
    system_relation,
    system_relations,
)
from sparkify_harness.redshift.errors import (
    DuplicateObject,
    DuplicateRelation,
    InvalidDefinition,
    InvalidSchemaName,
    PermissionDenied,
    UndefinedDatabase,
    UndefinedRelation,
)

Version = tuple[int, int]
"""Of what is committed, and of what the session has changed."""


class SessionCatalog:
    """The committed catalog with one session's changes on top; a ``Catalog`` for the binder.

    Args:
        store: What is committed.
        database: Name of the only database.
        search_path: The schemas of ``search_path`` as set now, ``$user`` resolved.
        profile: Says which system tables may be read.
    """

    def __init__(
        self,
        store: CatalogStore,
        database: str,
        search_path: Callable[[], Sequence[str]],
        profile: Profile = Profile.PROVISIONED,
    ) -> None:
        self._store = store
        self._database = database
        self._search_path = search_path
        self._profile = profile
        self._temporary: dict[str, Relation] = {}
        self._changes = CatalogChanges()
        self._edits = 0

    # --- reading ---

    @property
    def version(self) -> Version:
        """Differs whenever a name may mean something else: what was bound before is bound again."""
        return self._store.version, self._edits

    @property
    def shared(self) -> tuple[int, tuple[str, ...]] | None:
        """The same for all sessions that see the same; None for one with definitions of its own."""
        if self._temporary or self._changes:
            return None
        return self._store.version, self.existing_search_path()

    def schemas(self) -> set[str]:
        """User schemas that exist."""
        found = self._store.schemas()
        for name, present in self._changes.schemas.items():
            (found.add if present else found.discard)(name)
        return found

    def schema_exists(self, name: str) -> bool:
        """Whether there is a schema of that folded name."""
        return name in SYSTEM_SCHEMAS or self._is_user_schema(name)

    def existing_search_path(self) -> tuple[str, ...]:
        """The schemas of the search path that exist."""
        return tuple(name for name in self._search_path() if self._is_user_schema(name))

    def _is_user_schema(self, name: str) -> bool:
        present = self._changes.schemas.get(name)
        return self._store.has_schema(name) if present is None else present

    def relations(self) -> dict[Key, Relation]:
        """All user relations, the session's temporary ones included."""
        found = self._store.relations()
        found.update({(TEMPORARY_SCHEMA, name): item for name, item in self._temporary.items()})
        for key, relation in self._changes.relations.items():
            if relation is None:
                found.pop(key, None)
            else:
                found[key] = relation
        return found

    def _lookup(self, key: Key) -> Relation | None:
        if key in self._changes.relations:
            return self._changes.relations[key]
        if key[0] == TEMPORARY_SCHEMA:
            return self._temporary.get(key[1])
        return self._store.relation(key)

    def relation(self, name: Sequence[str]) -> Relation | None:
        """The relation that a name of one, two or three parts means; see ``Catalog``.

        Raises:
            PermissionDenied: It is a system table that the profile keeps from everybody.
        """
        match tuple(name):
            case (table,):
                if not self._lookup((TEMPORARY_SCHEMA, table)):
                    self._refuse_denied(table)
                return self._along_search_path(table)
            case (schema, table):
                return self._qualified(schema, table)
            case (database, schema, table):
                if database != self._database:
                    raise UndefinedDatabase(f'database "{database}" does not exist')
                return self._qualified(schema, table)
            case _:
                raise UndefinedRelation(f'relation "{".".join(name)}" does not exist')

    def _along_search_path(self, table: str) -> Relation | None:
        if found := self._lookup((TEMPORARY_SCHEMA, table)):
            return found
        if found := system_relation("pg_catalog", table):
            return found
        for schema in self.existing_search_path():
            if found := self._lookup((schema, table)):
                return found
        return None

    def oid_of(self, relation: Relation) -> int:
        """The object id of a relation; of a temporary one, that of the session's of its name.

        What was bound for one session serves another whose temporary tables are alike.
        """
        own = self._lookup((TEMPORARY_SCHEMA, relation.name)) if relation.temporary else None
        return (own or relation).oid

    def visible(self) -> frozenset[int]:
        """Object ids of the relations that their bare names mean, along the search path."""
        every = (*system_relations(), *self.relations().values())
        meant = {item.name: self._along_search_path(item.name) for item in every}
        return frozenset(item.oid for item in meant.values() if item is not None)

    def _refuse_denied(self, table: str) -> None:
        if self._profile.denies(table):
            raise PermissionDenied.on_relation(table)

    def _qualified(self, schema: str, table: str) -> Relation | None:
        if schema in SYSTEM_SCHEMAS:
            self._refuse_denied(table)
            return system_relation(schema, table)
        if schema != TEMPORARY_SCHEMA and schema not in self.schemas():
            raise InvalidSchemaName(f'schema "{schema}" does not exist')
        return self._lookup((schema, table))

    def require(self, name: Sequence[str]) -> Relation:
        """The relation of that name.

        Raises:
            UndefinedRelation: It is not there.
        """
        found = self.relation(name)
        if found is None:
            raise UndefinedRelation(f'relation "{".".join(name)}" does not exist')
        return found

    # --- changing ---

    def new_oid(self) -> int:
        """An object id that was never given before."""
        return self._store.new_oid()

    def creation_key(self, name: Sequence[str], *, temporary: bool) -> Key:
        """Schema and name under which a new relation is made.

        Raises:
            InvalidDefinition: A temporary table was given a schema.
            InvalidSchemaName: The schema is not there, or none of the search path exists.
        """
        table = name[-1]
        if temporary or table.startswith("#"):
            if len(name) > 1:
                raise InvalidDefinition("cannot create temporary relation in non-temporary schema")
            return (TEMPORARY_SCHEMA, table)
        match name:
            case (_,):
                path = self.existing_search_path()
                if not path:
                    raise InvalidSchemaName("no schema has been selected to create in")
                return (path[0], table)
            case (schema, _):
                pass
            case (database, schema, _):
                if database != self._database:
                    raise UndefinedDatabase(f'database "{database}" does not exist')
            case _:
                raise UndefinedRelation(f'relation "{".".join(name)}" does not exist')
        if schema in SYSTEM_SCHEMAS:
            raise InvalidDefinition(f'schema "{schema}" is reserved for system objects')
        if schema not in self.schemas():
            raise InvalidSchemaName(f'schema "{schema}" does not exist')
        return (schema, table)

    def refuse_existing(self, key: Key) -> None:
        """Refuse a name that is taken.

        Raises:
            DuplicateRelation: In Redshift's words.
        """
        if self._lookup(key) is not None:
            raise DuplicateRelation(f'Relation "{key[1]}" already exists')

    def put(self, relation: Relation) -> None:
        """Add or replace a relation in this transaction."""
        self._edits += 1
        self._changes.relations[relation.schema, relation.name] = relation

    def remove(self, relation: Relation) -> None:
        """Drop a relation in this transaction."""
        self._edits += 1
        self._changes.relations[relation.schema, relation.name] = None

    def add_schema(self, name: str) -> None:
        """Create a schema in this transaction.

        Raises:
            DuplicateObject: It exists.
        """
        if self.schema_exists(name):
            raise DuplicateObject(f'Schema "{name}" already exists')
        self._edits += 1
        self._changes.schemas[name] = True

    def remove_schema(self, name: str) -> None:
        """Drop a schema in this transaction."""
        self._edits += 1
        self._changes.schemas[name] = False

    def commit(self) -> None:
        """Make the transaction's changes visible to all."""
        if not self._changes:
            return
        for (schema, name), relation in self._changes.relations.items():
            if schema == TEMPORARY_SCHEMA:
                if relation is None:
                    self._temporary.pop(name, None)
                else:
                    self._temporary[name] = relation
        self._store.apply(self._changes)
        self._changes = CatalogChanges()

    def rollback(self) -> None:
        """Forget the transaction's changes."""
        if self._changes:
            self._edits += 1
            self._changes = CatalogChanges()

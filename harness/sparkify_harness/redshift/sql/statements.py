"""Parsed statements, a record each; those that are queries or change rows hold a syntax tree."""

from dataclasses import dataclass, field
from enum import Enum

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.sql import changes, syntax
from sparkify_harness.redshift.sql.options.arguments import Values
from sparkify_harness.redshift.sql.options.option import Option
from sparkify_harness.redshift.types import RedshiftType

Name = tuple[str, ...]
"""One to three folded parts: [[database,] schema,] name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement.

    Args:
        text: Its own text, without the semicolon.
        offset: Characters before it in the string that the client sent.
    """

    text: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryStatement(Statement):
    """SELECT, INSERT, UPDATE, DELETE or MERGE.

    Args:
        tree: As it was written.
        tag: First word of the command tag: ``SELECT``, ``INSERT``, ``UPDATE``, ``DELETE``
            or ``MERGE``.
    """

    tree: syntax.Query | changes.Change
    tag: str


# --- definition ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TableConstraint:
    """A key of a table, as CREATE TABLE or ALTER TABLE ADD tells it.

    Args:
        kind: ``PRIMARY KEY``, ``UNIQUE`` or ``FOREIGN KEY``.
        columns: Columns of the table.
        name: The name given, if one was.
        references: FOREIGN KEY: the table referred to, and the columns if they are named.
    """

    kind: str
    columns: tuple[str, ...]
    name: str | None = None
    references: tuple[Name, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDefinition:
    """A column in CREATE TABLE or ALTER TABLE ADD COLUMN.

    Args:
        column: As the catalog will know it.
        default: What its default was read to.
        keys: Those that stand at the column.
    """

    column: Column
    default: syntax.Expression | None = None
    keys: tuple[TableConstraint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeClause:
    """``LIKE table [INCLUDING DEFAULTS]``."""

    table: Name
    including_defaults: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAttributes:
    """What stands after the closing parenthesis."""

    backup: bool = True
    diststyle: str | None = None
    distkey: str | int | None = None
    sortkey: tuple[str | int, ...] = ()
    sortkey_style: str | None = None
    """``COMPOUND``, ``INTERLEAVED``, ``AUTO`` or None."""
    encode_auto: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTable(Statement):
    """CREATE TABLE with a column list.

    Args:
        constraints: Those that stand by themselves.
    """

    name: Name
    columns: tuple[ColumnDefinition, ...] = ()
    constraints: tuple[TableConstraint, ...] = ()
    like: tuple[LikeClause, ...] = ()
    attributes: TableAttributes = field(default_factory=TableAttributes)
    temporary: bool = False
    if_not_exists: bool = False

    @property
    def keys(self) -> tuple[TableConstraint, ...]:
        """The keys at the columns, then those that stand by themselves."""
        at_columns = (key for definition in self.columns for key in definition.keys)
        return (*at_columns, *self.constraints)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTableAs(Statement):
    """CREATE TABLE AS, and SELECT INTO."""

    name: Name
    query: syntax.Query
    columns: tuple[str, ...] = ()
    attributes: TableAttributes = field(default_factory=TableAttributes)
    temporary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateView(Statement):
    """CREATE [OR REPLACE] VIEW."""

    name: Name
    query: syntax.Query
    query_text: str
    columns: tuple[str, ...] = ()
    replace: bool = False
    late_binding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Statement):
    """DROP TABLE, VIEW or SCHEMA.

    Args:
        kind: ``TABLE``, ``VIEW`` or ``SCHEMA``.
    """

    kind: str
    names: tuple[Name, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSchema(Statement):
    """CREATE SCHEMA."""

    name: str
    if_not_exists: bool = False
    authorization: str | None = None


class AlterAction(Enum):
    """What ALTER TABLE does."""

    ADD_COLUMN = "add column"
    DROP_COLUMN = "drop column"
    RENAME_TABLE = "rename table"
    RENAME_COLUMN = "rename column"
    ADD_CONSTRAINT = "add constraint"
    DROP_CONSTRAINT = "drop constraint"
    COLUMN_TYPE = "column type"
    COLUMN_ENCODING = "column encoding"
    OWNER = "owner"
    DISTKEY = "distkey"
    DISTSTYLE = "diststyle"
    SORTKEY = "sortkey"
    ENCODE_AUTO = "encode auto"
    APPEND = "append"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterTable(Statement):
    """ALTER TABLE; exactly the fields of the action are set."""

    name: Name
    action: AlterAction
    column: str | None = None
    new_name: str | None = None
    definition: ColumnDefinition | None = None
    constraint: TableConstraint | None = None
    type: RedshiftType | None = None
    encoding: str | None = None
    attributes: TableAttributes | None = None
    cascade: bool = False
    source: Name | None = None
    """APPEND FROM."""
    ignore_extra: bool = False
    fill_target: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(Statement):
    """TRUNCATE: commits the transaction."""

    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Statement):
    """COMMENT ON."""

    kind: str
    name: Name
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Statement):
    """GRANT, REVOKE, ALTER DEFAULT PRIVILEGES: grammar is checked; privileges are not emulated."""

    tag: str


# --- COPY and UNLOAD -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOption:
    """One option in the order written.

    Args:
        option: Which.
        arguments: What followed it; not shown, as some are secrets.
        position: 1-based character offset in the statement.
    """

    option: Option
    arguments: Values = field(default=(), repr=False)
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(Statement):
    """COPY table FROM 's3://...'.

    ``text`` of a Copy has its credentials masked.
    """

    table: Name
    columns: tuple[str, ...] | None
    source: str
    options: tuple[CopyOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unload(Statement):
    """UNLOAD ('query') TO 's3://...'. ``text`` has its credentials masked."""

    query: str
    target: str
    options: tuple[CopyOption, ...]


# --- transactions and sessions ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin(Statement):
    """BEGIN or START TRANSACTION.

    Args:
        tag: ``BEGIN`` or ``START TRANSACTION``.
    """

    tag: str = "BEGIN"
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Statement):
    """COMMIT or END."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback(Statement):
    """ROLLBACK or ABORT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameter(Statement):
    """SET name TO value.

    Args:
        values: As written, literals unquoted; None for DEFAULT.
        local: SET LOCAL.
    """

    name: str
    values: tuple[str, ...] | None
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetParameter(Statement):
    """RESET name; ``all`` resets all."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowParameter(Statement):
    """SHOW name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowObjects(Statement):
    """SHOW DATABASES, SCHEMAS, TABLES, COLUMNS ...

    Args:
        kind: ``DATABASES``, ``SCHEMAS``, ``TABLES``, ``COLUMNS``.
        scope: Database, schema or table named after FROM.
    """

    kind: str
    scope: Name = ()
    like: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance(Statement):
    """VACUUM or ANALYZE: checked, and without effect on data.

    Args:
        tag: ``VACUUM`` or ``ANALYZE``.
    """

    tag: str
    table: Name | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock(Statement):
    """LOCK [TABLE] a, b."""

    tables: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explain(Statement):
    """EXPLAIN [VERBOSE] query."""

    query: QueryStatement
    verbose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare(Statement):
    """PREPARE name (types) AS query."""

    name: str
    types: tuple[RedshiftType, ...]
    query: QueryStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutePrepared(Statement):
    """EXECUTE name (values)."""

    name: str
    arguments: tuple[syntax.Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deallocate(Statement):
    """DEALLOCATE name; None is ALL."""

    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareCursor(Statement):
    """DECLARE name CURSOR FOR query."""

    name: str
    query: QueryStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch(Statement):
    """FETCH count FROM name; None is ALL."""

    name: str
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCursor(Statement):
    """CLOSE name; None is ALL."""

    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBackend(Statement):
    """CANCEL pid ['message']."""

    pid: int

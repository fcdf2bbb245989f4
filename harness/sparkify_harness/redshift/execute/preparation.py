"""What Parse makes of a statement."""

from dataclasses import dataclass

from sparkify_harness.redshift.catalog.session_catalog import Version
from sparkify_harness.redshift.fields import Field
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.statements import Statement
from sparkify_harness.redshift.types import RedshiftType


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Preparation:
    """A statement after Parse.

    Args:
        statement: None when there was nothing but white space.
        parameters: Types of ``$1`` ...
        fields: Result columns, or None.
        bound: The typed tree of a query.
        catalog_version: What it was bound against.
        given: Parameter types as the client gave them, for binding again.
    """

    statement: Statement | None
    parameters: tuple[RedshiftType, ...] = ()
    fields: tuple[Field, ...] | None = None
    bound: tree.Bound | None = None
    catalog_version: Version | None = None
    given: tuple[RedshiftType | None, ...] = ()

"""What HAS_TABLE_PRIVILEGE and its like are asked about must be there.

The session's user is a superuser, so that the answer is always yes; another user's is not known.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_HAS_TABLE_PRIVILEGE.html
"""

from collections.abc import Sequence

from sparkify_harness.redshift.catalog.relations import Catalog
from sparkify_harness.redshift.errors import (
    InvalidParameterValue,
    InvalidSchemaName,
    NotEmulated,
    UndefinedRelation,
)
from sparkify_harness.redshift.sql.functions import session
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Expression, Literal


def check_privilege(overload: Overload, arguments: Sequence[Expression], catalog: Catalog) -> None:
    """Refuse a question about what does not exist.

    Args:
        overload: Of a function; those that ask for no privilege pass.
        arguments: Its arguments, coerced.
        catalog: Where tables and schemas are looked up.

    Raises:
        UndefinedRelation: There is no such table.
        InvalidSchemaName: There is no such schema.
        InvalidParameterValue: There is no such privilege.
        UndefinedDatabase: There is no such database.
        NotEmulated: The question is about another user, or no constant.
    """
    if not overload.privileges:
        return
    if any(isinstance(each, Literal) and each.value is None for each in arguments):
        return
    match arguments:
        case [Literal(value=str(subject)), Literal(value=str(privilege))]:
            pass
        case [_, _]:
            raise NotEmulated(f"{overload.name} with a name that is not a constant")
        case _:
            raise NotEmulated(f"{overload.name}() of a user")
    word = privilege.strip().lower()
    if word not in overload.privileges:
        raise InvalidParameterValue(f'unrecognized privilege type: "{privilege}"')
    parts = [part.strip('"').lower() for part in subject.split(".")]
    if overload is session.HAS_TABLE_PRIVILEGE and catalog.relation(parts) is None:
        raise UndefinedRelation(f'relation "{subject}" does not exist')
    if overload is session.HAS_SCHEMA_PRIVILEGE and not catalog.schema_exists(parts[0]):
        raise InvalidSchemaName(f'schema "{subject}" does not exist')
    if overload is session.HAS_DATABASE_PRIVILEGE:
        catalog.relation((subject, "pg_catalog", "pg_class"))

"""Every type has one record in each layer, or is named here as one that has none."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pytest

from sparkify_harness.redshift.copying import convert
from sparkify_harness.redshift.engine.duckdb import types as duckdb_types
from sparkify_harness.redshift.engine.postgres import types as postgres_types
from sparkify_harness.redshift.front.wire import codecs
from sparkify_harness.redshift.sql import input as text_input
from sparkify_harness.redshift.sql.arrow_types import arrow_type
from sparkify_harness.redshift.sql.bind import plain_rows
from sparkify_harness.redshift.sql.grammar.attributes import _ENCODINGS
from sparkify_harness.redshift.types import (
    Category,
    Kind,
    Modifier,
    RedshiftType,
    from_oid,
    numeric,
)

NO_COLUMN = {Kind.INTERVAL, Kind.NAME, Kind.OID, Kind.UNKNOWN, Kind.VOID}
"""Of which no table has a column that COPY fills."""
OF_SESSION = {Kind.TIME, Kind.TIMETZ, Kind.TIMESTAMPTZ, Kind.SUPER, Kind.VARBYTE}
"""Whose constants go no quick way."""


@pytest.mark.parametrize(
    ("table", "absent"),
    [
        pytest.param(duckdb_types.TYPES, set(), id="DuckDB"),
        pytest.param(postgres_types.TYPES, set(), id="PostgreSQL"),
        pytest.param(codecs.CODECS, set(), id="wire"),
        pytest.param({**text_input._READERS, **text_input._MOMENTS}, {Kind.VOID}, id="input"),
        pytest.param(convert.CONVERTERS, NO_COLUMN, id="COPY"),
        pytest.param(plain_rows._WAYS, NO_COLUMN | OF_SESSION, id="VALUES"),
    ],
)
def test_a_layer_knows_every_type(table: Mapping[Kind, object], absent: Collection[Kind]) -> None:
    assert set(Kind) - table.keys() == set(absent)


def of(kind: Kind) -> RedshiftType:
    return numeric(18, 2) if kind is Kind.NUMERIC else RedshiftType(kind)


@pytest.mark.parametrize("told", ["name", "oid"])
def test_names_and_object_ids_are_of_one_type_each(told: str) -> None:
    assert len({getattr(kind.facts, told) for kind in Kind}) == len(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_type_is_found_by_its_names_and_object_id(kind: Kind) -> None:
    assert Kind(kind.value) is kind
    assert [each for each in Kind if each.internal_name == kind.internal_name] == [kind]
    found = from_oid(kind.facts.oid)
    assert found is None if kind is Kind.UNKNOWN else found is not None and found.kind is kind


def test_a_spelling_is_of_one_type() -> None:
    words = [spelling.words for kind in Kind for spelling in kind.facts.spellings]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("kind", Kind)
def test_a_length_may_be_written_of_types_that_have_one(kind: Kind) -> None:
    facts = kind.facts
    sized = any(spelling.modifier is Modifier.LENGTH for spelling in facts.spellings)
    assert sized is (facts.length is not None) is (facts.most is not None)
    if sized:
        assert RedshiftType(kind).limit == facts.length
        assert RedshiftType(kind, length=7).limit == 7
    else:
        with pytest.raises(ValueError, match="no length"):
            _ = of(kind).limit


@pytest.mark.parametrize("kind", Kind)
def test_an_integer_has_the_bounds_of_its_size(kind: Kind) -> None:
    if not kind.is_integer:
        assert of(kind).signed_size is None
        with pytest.raises(ValueError, match="no integer type"):
            _ = kind.bounds
        return
    least, greatest = kind.bounds
    assert greatest - least == 2 ** (8 * kind.facts.size) - 1
    assert of(kind).signed_size == (kind.facts.size if least else None)
    assert of(kind).width == max(len(str(least)), len(str(greatest)))


@pytest.mark.parametrize("kind", Kind)
def test_what_copy_fills_has_an_arrow_type(kind: Kind) -> None:
    if kind in NO_COLUMN:
        with pytest.raises(TypeError, match="not handed over"):
            arrow_type(of(kind))
    else:
        assert isinstance(arrow_type(of(kind)), pa.DataType)


@pytest.mark.parametrize("kind", Kind)
def test_a_column_has_lawful_encodings(kind: Kind) -> None:
    lawful = kind.facts.encodings
    if lawful is not None:
        assert lawful <= {word.upper() for word in _ENCODINGS}
        assert kind.facts.encoding == "none" or kind.facts.encoding.upper() in lawful


def test_a_category_has_one_preferred_type() -> None:
    """PostgreSQL: typispreferred of pg_type; Redshift prefers OID and DOUBLE among numbers, too."""
    preferred = [kind.facts.category for kind in Kind if kind.facts.preferred]
    several = {Category.NUMBER}
    assert len(preferred) - len(set(preferred)) == len(several)
    assert {each for each in preferred if preferred.count(each) > 1} == several


def test_a_type_without_its_zone_is_one_of_its_category() -> None:
    zoned = {kind: kind.local for kind in Kind if kind.local is not None}
    assert set(zoned) == {Kind.TIMETZ, Kind.TIMESTAMPTZ}
    assert all(kind.facts.category is local.facts.category for kind, local in zoned.items())

"""SET, RESET, SHOW.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SET.html
"""

from collections.abc import Sequence

import pyarrow as pa

from sparkify_harness.redshift.execute.configuration import SETTINGS
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.fields import Field
from sparkify_harness.redshift.sql.statements import (
    ResetParameter,
    SetParameter,
    ShowParameter,
)
from sparkify_harness.redshift.types import TEXT, RedshiftType


def text_rows(tag: str, names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Result:
    """A result of text columns that we know already."""
    fields = tuple(Field(name, TEXT) for name in names)
    columns = [[row[number] for row in rows] for number in range(len(names))]
    batch = pa.record_batch(
        [pa.array(values, type=pa.string()) for values in columns], names=list(names)
    )
    return Result(tag, fields, iter([batch]))


@executes(SetParameter, commands=("SET",), uses_engine=False)
def set_parameter(call: Call, statement: SetParameter) -> Result:
    """SET."""
    settings = call.session.settings
    with call.session.transaction.statement(keep_open=call.keep_open):
        settings.set(statement.name, statement.values, local=statement.local)
    return Result("SET")


@executes(ResetParameter, commands=("RESET",), uses_engine=False)
def reset_parameter(call: Call, statement: ResetParameter) -> Result:
    """RESET."""
    with call.session.transaction.statement(keep_open=call.keep_open):
        call.session.settings.reset(statement.name)
    return Result("RESET")


def _shown(session: Session, statement: ShowParameter) -> tuple[list[str], list[list[str | None]]]:
    name = statement.name.lower()
    if name == "all":
        values: list[list[str | None]] = [
            [key, value] for key, value in sorted(session.settings.values().items())
        ]
        return ["name", "setting"], values
    setting = SETTINGS.get(name)
    label = (setting and setting.report_as) or name
    return [label], [[session.settings.get(name)]]


def describe_show(
    session: Session, statement: ShowParameter, _given: Sequence[RedshiftType | None]
) -> Preparation:
    """The columns of SHOW."""
    names, _ = _shown(session, statement)
    return Preparation(statement, fields=tuple(Field(name, TEXT) for name in names))


@executes(ShowParameter, commands=("SHOW",), describe=describe_show, uses_engine=False)
def show_parameter(call: Call, statement: ShowParameter) -> Result:
    """SHOW."""
    return text_rows("SHOW", *_shown(call.session, statement))

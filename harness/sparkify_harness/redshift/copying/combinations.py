"""Which options go together.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-parameters.html
"""

from collections.abc import Mapping, Sequence

from sparkify_harness.redshift.errors import (
    InvalidParameterValue,
    NotEmulated,
    RedshiftError,
    SyntaxFault,
    Unsupported,
)
from sparkify_harness.redshift.sql.options.arguments import Number, Values
from sparkify_harness.redshift.sql.options.formats import COLUMNAR, CSV, TEXT
from sparkify_harness.redshift.sql.options.library import EXCLUSIONS, OPTIONS
from sparkify_harness.redshift.sql.options.option import Format, Option, State, Transfer
from sparkify_harness.redshift.sql.statements import CopyOption

Given = Mapping[Option, Values]
"""What follows each option that is there, in the order of the registry."""


def judged(written: Sequence[CopyOption], transfer: Transfer) -> Given:
    """The options of a statement, once they are known to go together.

    Args:
        written: As the statement has them.
        transfer: The statement.

    Raises:
        RedshiftError: Redshift refuses one, or two of them together.
        NotEmulated: One that is lawful, and not done here.
    """
    values_of = {each.option: each.arguments for each in written}
    given = {option: values_of[option] for option in OPTIONS if option in values_of}
    states = {option: option.uses[transfer].state for option in given}
    for option, state in states.items():
        if state is State.NOT_FOR_S3:
            raise Unsupported(f"{option} is not supported for {transfer.value} from S3")
    _check_format(given, transfer)
    for exclusion in EXCLUSIONS:
        if len(given.keys() & {*exclusion.options}) > 1:
            raise SyntaxFault(exclusion.message)
    for option, state in states.items():
        if state is State.NOT_EMULATED:
            raise NotEmulated(f"{transfer.value} {option}")
    for option, values in given.items():
        match option.uses[transfer].argument, values:
            case Number(most), (int(number),) if number > most:
                raise InvalidParameterValue(f"{option} must be between 0 and {most}")
    return given


def text_of(given: Given, option: Option) -> str | None:
    """What follows an option; None where it is not there, or nothing follows it."""
    values = given.get(option, ())
    return str(values[0]) if values else None


def _check_format(given: Given, transfer: Transfer) -> None:
    chosen = next((option for option in given if isinstance(option, Format)), TEXT)
    for option in given:
        formats = option.uses[transfer].formats
        is_another = isinstance(option, Format) and option is not chosen
        if is_another or (formats is not None and chosen not in formats):
            raise refusal(option, chosen, transfer)


def refusal(option: Option, chosen: Format, transfer: Transfer) -> RedshiftError:
    """What Redshift says of an option that does not go with the format.

    Observed with CSV: https://github.com/awslabs/aws-lambda-redshift-loader/issues/51; documented
    with PARQUET: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
    """
    if transfer is Transfer.UNLOAD:
        return Unsupported(f"{option} is not supported for UNLOAD to {chosen}")
    if chosen in COLUMNAR:
        return Unsupported(f"{option} argument is not supported for {chosen} based COPY")
    if chosen is CSV:
        return SyntaxFault(f"{chosen} is not compatible with {option}")
    return SyntaxFault(f"{option} is not supported with {chosen}")

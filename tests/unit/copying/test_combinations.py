"""Which options go with which formats, as AWS's pages have it.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

import pytest

from sparkify_harness.redshift.copying.combinations import judged
from sparkify_harness.redshift.errors import NotEmulated, RedshiftError
from sparkify_harness.redshift.sql.options.arguments import (
    Argument,
    Choice,
    Columns,
    Number,
    Size,
    Text,
    Unread,
)
from sparkify_harness.redshift.sql.options.library import EXCLUSIONS, OPTIONS
from sparkify_harness.redshift.sql.options.option import (
    Exclusion,
    Format,
    Option,
    State,
    Transfer,
)
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import Copy, Unload

COPY_MATRIX = """
                    text  CSV  FIXEDWIDTH  JSON  PARQUET  ORC
ACCEPTANYDATE       yes   yes  yes         yes   no       no
ACCEPTINVCHARS      yes   yes  yes         yes   yes      yes
BLANKSASNULL        yes   yes  yes         yes   no       no
BZIP2               yes   yes  yes         yes   no       no
DATEFORMAT          yes   yes  yes         yes   no       no
DELIMITER           yes   yes  no          no    no       no
EMPTYASNULL         yes   yes  yes         yes   no       no
ENCODING            yes   yes  yes         yes   no       no
ESCAPE              yes   no   no          no    no       no
EXPLICIT_IDS        yes   yes  yes         yes   yes      yes
FILLRECORD          yes   yes  yes         no    yes      yes
GZIP                yes   yes  yes         yes   no       no
IAM_ROLE            yes   yes  yes         yes   yes      yes
IGNOREALLERRORS     yes   yes  yes         yes   no       no
IGNOREBLANKLINES    yes   yes  yes         no    no       no
IGNOREHEADER        yes   yes  yes         yes   no       no
LZOP                yes   yes  yes         yes   no       no
MANIFEST            yes   yes  yes         yes   yes      yes
NOLOAD              yes   yes  yes         yes   no       no
NULL                yes   yes  yes         no    no       no
QUOTE               no    yes  no          no    no       no
READRATIO           no    no   no          no    no       no
REGION              yes   yes  yes         yes   no       no
REMOVEQUOTES        yes   no   no          no    no       no
ROUNDEC             yes   yes  yes         yes   no       no
SSH                 no    no   no          no    no       no
STATUPDATE          yes   yes  yes         yes   yes      yes
TIMEFORMAT          yes   yes  yes         yes   no       no
TRIMBLANKS          yes   yes  yes         yes   no       no
TRUNCATECOLUMNS     yes   yes  yes         yes   no       no
ZSTD                yes   yes  yes         yes   no       no
"""
UNLOAD_MATRIX = """
                    text  CSV  FIXEDWIDTH  JSON  PARQUET
ADDQUOTES           yes   no   no          no    no
ALLOWOVERWRITE      yes   yes  yes         yes   yes
BZIP2               yes   yes  yes         yes   no
DELIMITER           yes   yes  no          no    no
ESCAPE              yes   yes  no          no    no
GZIP                yes   yes  yes         yes   no
HEADER              yes   yes  no          no    no
MANIFEST            yes   yes  yes         yes   yes
NULL                yes   yes  yes         no    no
PARTITION           yes   yes  yes         yes   yes
ROWGROUPSIZE        no    no   no          no    yes
ZSTD                yes   yes  yes         yes   no
"""

OPTION = {option.key.upper(): option for option in OPTIONS}


def written(option: Option, transfer: Transfer) -> str:
    """An option with something lawful after it."""
    argument: Argument = option.uses[transfer].argument
    match argument:
        case Text():
            tail = "'x'"
        case Number() | Size():
            tail = "6"
        case Choice(words):
            tail = words[0]
        case Columns():
            tail = "(a)"
        case Unread():
            tail = "n"
        case _:
            tail = ""
    return f"{option.name} {tail}"


def judge(transfer: Transfer, *options: Option) -> None:
    """Judge a statement with these options."""
    statement = {Transfer.COPY: "COPY t FROM", Transfer.UNLOAD: "UNLOAD ('SELECT 1') TO"}[transfer]
    clauses = " ".join(written(option, transfer) for option in options)
    parsed = parse_one(f"{statement} 's3://bucket/key' {clauses}")
    assert isinstance(parsed, Copy | Unload)
    judged(parsed.options, transfer)


def cells(matrix: str) -> list[tuple[str, str, bool]]:
    header, *rows = matrix.strip("\n").splitlines()
    return [
        (option, format_, cell == "yes")
        for option, *marks in map(str.split, rows)
        for format_, cell in zip(header.split(), marks, strict=True)
    ]


@pytest.mark.parametrize(
    ("transfer", "matrix"), [(Transfer.COPY, COPY_MATRIX), (Transfer.UNLOAD, UNLOAD_MATRIX)]
)
def test_options_go_with_the_formats_that_the_documentation_names(
    transfer: Transfer, matrix: str
) -> None:
    wrong = []
    for name, format_, is_lawful in cells(matrix):
        chosen = [] if format_ == "text" else [OPTION[format_]]
        for options in ([*chosen, OPTION[name]], [OPTION[name], *chosen]):
            try:
                judge(transfer, *options)
            except NotEmulated:
                was_taken = True
            except RedshiftError as error:
                assert name in error.message  # noqa: PT017  one of many
                was_taken = False
            else:
                was_taken = True
            if was_taken is not is_lawful:
                wrong.append(f"{format_} {name}")
    assert not wrong


@pytest.mark.parametrize("transfer", Transfer)
def test_two_formats_never_go_together(transfer: Transfer) -> None:
    formats = [item for item in OPTIONS if isinstance(item, Format) and transfer in item.uses]
    assert len(formats) > 3
    for one in formats:
        for other in formats:
            if one is not other:
                with pytest.raises(RedshiftError, match=f"{one}|{other}") as refused:
                    judge(transfer, one, other)
                assert not isinstance(refused.value, NotEmulated)


@pytest.mark.parametrize("exclusion", EXCLUSIONS, ids=lambda each: each.message)
def test_of_options_that_exclude_each_other_one_is_taken(exclusion: Exclusion) -> None:
    for transfer in Transfer:
        options = [each for each in exclusion.options if transfer in each.uses]
        for one in options:
            for other in options:
                if one is not other:
                    with pytest.raises(RedshiftError, match=exclusion.message) as refused:
                        judge(transfer, one, other)
                    assert not isinstance(refused.value, NotEmulated)


@pytest.mark.parametrize("transfer", Transfer)
def test_an_option_alone_is_taken_or_says_what_becomes_of_it(transfer: Transfer) -> None:
    for option in OPTIONS:
        if transfer not in option.uses:
            continue
        use = option.uses[transfer]
        formats = [item for item in use.formats or () if transfer in item.uses]
        needed = formats[:1] if len(formats) == 1 else []
        match use.state:
            case State.KEPT:
                judge(transfer, option, *needed)
            case State.NOT_EMULATED:
                with pytest.raises(NotEmulated, match=f"{transfer.value} .*{option}"):
                    judge(transfer, option, *needed)
            case State.NOT_FOR_S3:
                with pytest.raises(RedshiftError, match=f"{option} is not supported for COPY"):
                    judge(transfer, option, *needed)


def test_a_word_begins_one_option_alone() -> None:
    assert len({option.key for option in OPTIONS}) == len(OPTIONS)

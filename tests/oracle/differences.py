"""Where Redshift answers otherwise than PostgreSQL: each with what says so, or as an open question.

A name is that of the specification of Redshift's behaviour that this project goes by; the page is
where AWS says it. A pattern is a statement in one line, or the name of a case, with ``*`` for any
text: it has to be met by something, and everything that it meets has to differ.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

_GUIDE: Final = "https://docs.aws.amazon.com/redshift/latest/dg/"


@dataclass(frozen=True)
class Difference:
    """Some answers that differ.

    Args:
        names: Patterns of what is asked.
        why: What Redshift does that PostgreSQL does not.
        cites: Name in the specification; empty where it is open who is right.
        page: Where it is said.
    """

    names: tuple[str, ...]
    why: str
    cites: str = ""
    page: str = ""


DIFFERENCES: Final = (
    Difference(
        ("*Asia/Riyadh8[789]*", "*Mideast/Riyadh8[789]*"),
        "a zone that is gone; PostgreSQL reads 87 hours out of its name",
        "H48",
        "https://docs.aws.amazon.com/redshift/latest/mgmt/behavior-changes.html",
    ),
    Difference(
        (
            "*to_date('20010631', 'YYYYMMDD')*",
            "*to_date('20010631', 'YYYYMMDD', FALSE)*",
            "*to_date('20010631'::varchar(2000), 'YYYYMMDD'::varchar(2000))*",
            "conversion: to_date rolls over",
        ),
        "days beyond the end of a month roll over; PostgreSQL refuses them since 10",
        "D70",
        f"{_GUIDE}r_TO_DATE_function.html",
    ),
    Difference(
        (
            "*to_timestamp('2011-12-18 24:38:15', 'YYYY-MM-DD HH24:MI:SS')*",
            "*to_timestamp('2011-12-18 24:38:15'::varchar(2000), *",
            "conversion: to_timestamp rolls over",
        ),
        "hours beyond the end of a day roll over; PostgreSQL refuses them since 10",
        "D71",
        f"{_GUIDE}r_TO_TIMESTAMP.html",
    ),
    Difference(
        ("*to_timestamp(''*", "conversion: to_timestamp of nothing"),
        "nothing is the first of January of the year 1; to PostgreSQL, of the one before it",
        "D71",
        f"{_GUIDE}r_TO_TIMESTAMP.html",
    ),
    Difference(
        ("*'HH12:MI:SS TZ'*", "conversion: TZ"),
        "a TIMESTAMP is shown with a zone; PostgreSQL leaves it empty",
        "D69",
        f"{_GUIDE}r_TO_CHAR.html",
    ),
    Difference(
        ("*'l99999D99'*", "conversion: l99999D99"),
        "the currency is the dollar; PostgreSQL's is that of lc_monetary",
        "D69",
        f"{_GUIDE}r_TO_CHAR.html",
    ),
    Difference(
        ("*timetz '13:24:55 PST'*",),
        "a TIMETZ that is moved is one of UTC; PostgreSQL keeps its zone",
        "D58",
        f"{_GUIDE}r_DATEADD_function.html",
    ),
    Difference(
        ("*json_extract_path_text(*[[]1,2]*", "json: no key by its place"),
        "a path goes by names; PostgreSQL takes a number for a place in an array",
        "D81",
        f"{_GUIDE}JSON_EXTRACT_PATH_TEXT.html",
    ),
    Difference(
        ("*'PL999'*", "conversion: PL999"),
        "PL as PostgreSQL's manual shows it, +485; its code has a blank besides, + 485",
    ),
    Difference(
        ("signature: /:interval,double/2",),
        "the fraction of a second that is left of months: PostgreSQL rounds on its way",
    ),
    Difference(
        ("signature: to_char:double,varchar/2",),
        "a half is rounded away from zero; PostgreSQL prints a DOUBLE as C does, half to even",
    ),
)


def found(name: str) -> Difference | None:
    """The difference that something belongs to."""
    for each in DIFFERENCES:
        if any(fnmatchcase(name, pattern) for pattern in each.names):
            return each
    return None

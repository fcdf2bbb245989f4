"""Where quoted constants of a query below, whose type is "unknown", are refused."""

from enum import StrEnum


class UnknownLiterals(StrEnum):
    """The places in which a column that is a bare constant of a query below has no type.

    Reports agree on ORDER BY, MIN and MAX, and that plain SELECT, INSERT and CREATE TABLE AS work.
    They disagree on set operations, GROUP BY and joins: queries that do so are in wide use, and
    some are reported to fail.

    Deviates: where a constant of a sub-query or CTE is grouped by, compared, or an operand of
    UNION, it is VARCHAR unless ``--unknown-literals=compared`` asks for the refusal that some
    report.

    Observed:
        https://github.com/OHDSI/SqlRender/issues/192
        https://github.com/snowplow/dbt-snowplow-attribution/issues/9
        https://github.com/calogica/dbt-expectations/issues/130
        https://github.com/growthbook/growthbook/pull/346
        https://github.com/tuva-health/tuva-core/issues/1165
    """

    SORTED = "sorted"
    COMPARED = "compared"

"""Comments and operators end where PostgreSQL's do, however they are nested and however long."""

import random
import re

import pytest

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql.tokens import tokenize

EDGE = re.compile(r"/\*|\*/")


def rest(sql: str) -> str | None:
    """What follows the comment that a text begins with, read edge by edge; None without an end."""
    depth = 0
    for edge in EDGE.finditer(sql):
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return sql[edge.end() :]
    return None


def test_comments_end_where_they_do_read_edge_by_edge() -> None:
    dice = random.Random(1)
    ended = 0
    for _ in range(5_000):
        inside = "".join(dice.choices(["/", "*", "/*", "*/", "x"], k=dice.randrange(12)))
        sql = f"/*{inside}*/ y"
        left = rest(sql)
        if left is None:
            with pytest.raises(SyntaxFault, match="unterminated /\\* comment"):
                tokenize(sql)
        elif EDGE.search(left) is None and set(left) <= set(" y"):
            assert [token.value for token in tokenize(sql)] == ["y", ""], sql
            ended += 1
    assert ended > 500


def test_a_comment_nested_half_a_million_times() -> None:
    depth = 500_000
    assert [token.value for token in tokenize("/*" * depth + "*/" * depth + " y")] == ["y", ""]


@pytest.mark.parametrize(
    ("sql", "keys"),
    [
        ("a+-1", ["a", "+", "-"]),
        ("a*+1", ["a", "*", "+"]),
        ("a@+-1", ["a", "@+-"]),
        ("a<-1", ["a", "<", "-"]),
    ],
)
def test_signs_at_the_end_of_an_operator(sql: str, keys: list[str]) -> None:
    assert [token.key for token in tokenize(sql) if token.key] == keys

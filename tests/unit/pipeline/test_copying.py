"""The text of COPY, for every form of authorization and kind of option."""

import textwrap
from dataclasses import replace
from typing import Any

import pytest

from sparkify.copying import AccessKeys, Authorization, CopyStatement, CopyWord, IamRole

ROLE = IamRole("arn:aws:iam::123456789012:role/load")


def statement(**changes: Any) -> CopyStatement:
    plain = CopyStatement(
        schema="public",
        table="staging_events",
        bucket="sparkify",
        key="log_data/2018/11/2018-11-01-events.json",
        authorization=ROLE,
    )
    return replace(plain, **changes)


GOLDEN = {
    "json-with-jsonpaths": (
        statement(
            file_format="json",
            format_argument="s3://sparkify/log_json_path.json",
            region="us-west-2",
        ),
        """
        COPY "public"."staging_events"
        FROM 's3://sparkify/log_data/2018/11/2018-11-01-events.json'
        IAM_ROLE 'arn:aws:iam::123456789012:role/load'
        REGION 'us-west-2'
        FORMAT AS JSON 's3://sparkify/log_json_path.json'
        """,
    ),
    "delimited-text-with-columns-and-options": (
        statement(
            schema=None,
            columns=["b", "a"],
            options={
                "DELIMITER": "|",
                "null as": "\\N",
                "IGNOREHEADER": 1,
                "GZIP": True,
                "ESCAPE": None,
                "COMPUPDATE": CopyWord("off"),
                "MANIFEST": False,
            },
        ),
        r"""
        COPY "staging_events"
        ("b", "a")
        FROM 's3://sparkify/log_data/2018/11/2018-11-01-events.json'
        IAM_ROLE 'arn:aws:iam::123456789012:role/load'
        DELIMITER '|'
        NULL AS '\\N'
        IGNOREHEADER 1
        GZIP
        ESCAPE
        COMPUPDATE OFF
        """,
    ),
    "hostile-names": (
        statement(
            schema='s"', table='t"; DROP TABLE x; --', bucket="b'--", key="k\\", columns=['c"']
        ),
        r'''
        COPY "s"""."t""; DROP TABLE x; --"
        ("c""")
        FROM 's3://b''--/k\\'
        IAM_ROLE 'arn:aws:iam::123456789012:role/load'
        ''',
    ),
}


@pytest.mark.parametrize(("copy", "text"), GOLDEN.values(), ids=GOLDEN)
def test_the_statement_reads(copy: CopyStatement, text: str) -> None:
    assert copy.sql() == textwrap.dedent(text).strip()


@pytest.mark.parametrize(
    ("authorization", "clause", "secrets"),
    [
        pytest.param(
            AccessKeys("AKIA", "secret/+"),
            "ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 'secret/+'",
            ("secret/+",),
            id="keys",
        ),
        pytest.param(
            AccessKeys("ASIA", "secret", "token"),
            "ACCESS_KEY_ID 'ASIA' SECRET_ACCESS_KEY 'secret' SESSION_TOKEN 'token'",
            ("secret", "token"),
            id="temporary-keys",
        ),
        pytest.param(
            AccessKeys("AKIA", "it's\\"),
            "ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 'it''s\\\\'",
            ("it's\\", "it''s\\\\"),
            id="a-secret-that-is-spelled-differently",
        ),
        pytest.param(ROLE, f"IAM_ROLE '{ROLE.arn}'", (), id="role"),
        pytest.param(
            IamRole("arn:aws:iam::1:role/a,arn:aws:iam::2:role/b"),
            "IAM_ROLE 'arn:aws:iam::1:role/a,arn:aws:iam::2:role/b'",
            (),
            id="chained-roles",
        ),
        pytest.param(IamRole("default"), "IAM_ROLE default", (), id="default-role"),
    ],
)
def test_each_authorization_has_its_clause(
    authorization: Authorization, clause: str, secrets: tuple[str, ...]
) -> None:
    assert authorization.clause() == clause
    assert authorization.secrets() == secrets
    assert clause in statement(authorization=authorization).sql().splitlines()


def test_keys_do_not_show_their_secrets() -> None:
    assert "hidden" not in repr(statement(authorization=AccessKeys("A", "hidden-s", "hidden-t")))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"options": {"GZIP; DROP TABLE x": True}}, id="option"),
        pytest.param({"options": {"": True}}, id="nameless-option"),
        pytest.param({"file_format": "JSON 'auto' --"}, id="format"),
        pytest.param({"key": "a\0b"}, id="nul"),
    ],
)
def test_what_is_no_word_of_copy_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"one plain word|needs a name|NUL"):
        statement(**changes).sql()


def test_a_keyword_is_one_word() -> None:
    with pytest.raises(ValueError, match="one plain word"):
        CopyWord("OFF MAXERROR 100")

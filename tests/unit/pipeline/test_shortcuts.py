"""Shortcuts of the process that makes many runs: the same results, made less often."""

import hashlib
import json
import os
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook, BaseSessionFactory
from cryptography import x509
from jinja2 import Environment, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from sparkify_harness.airflow.bag import fingerprint
from sparkify_harness.airflow.shortcuts import (
    compile_templates_once,
    look_authorities_up,
    make_aws_sessions_once,
)
from sparkify_harness.certificates import Certificates, provide


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was really compiled, once templates are compiled once."""
    seen: list[str] = []
    really = Environment.compile

    def watched(self: Environment, source: str, *arguments: object, **options: object) -> object:
        seen.append(source)
        return really(self, source, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", watched)
    compile_templates_once()
    return seen


def test_a_template_is_compiled_once_for_environments_that_are_alike(
    compilations: list[str],
) -> None:
    for word in ("first", "second"):
        environment = Environment()
        environment.globals["word"] = word
        assert environment.from_string("{{ word | upper }} {{ x }}").render(x=1) == (
            f"{word.upper()} 1"
        )
    assert compilations == ["{{ word | upper }} {{ x }}"]


def shouting() -> Environment:
    environment = Environment()
    environment.filters["upper"] = lambda text: f"{text}!"
    return environment


UNLIKE: list[tuple[str, Callable[[], Environment], str]] = [
    ("another filter of the same name", shouting, "a!"),
    ("another filter of that name, made anew", shouting, "a!"),
    ("another syntax", lambda: Environment(variable_start_string="<<"), '{{ "a" | upper }}'),
    ("another class", SandboxedEnvironment, "A"),
    ("escaping", lambda: Environment(autoescape=True), "A"),
    ("escaping by name", lambda: Environment(autoescape=lambda name: name is None), "A"),
]


def test_environments_that_are_not_alike_compile_for_themselves(compilations: list[str]) -> None:
    source = '{{ "a" | upper }}'
    assert Environment().from_string(source).render() == "A"
    for name, make, expected in UNLIKE:
        assert make().from_string(source).render() == expected, name
    assert Environment().from_string(source).render() == "A"
    assert len(compilations) == 1 + len(UNLIKE)


def test_a_mistake_in_a_template_is_told_each_time(compilations: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError, match="Unexpected end of template"):
            Environment().from_string("{% if x %}")


@pytest.fixture
def made_of(tmp_path: Path) -> dict[str, str]:
    """The environment of a process with a DAG and a plugin."""
    for name in ("dags/a.py", "plugins/p/b.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("1")
    return {
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(tmp_path / "plugins"),
        "AIRFLOW_CONN_X": json.dumps({"password": "secret"}),
        "AIRFLOW_VAR_Y": "1",
        "SPARKIFY_RUN_LOG": "/runs/0001.log",
    }


def test_what_dags_are_made_of_is_told_from_anything_else(made_of: dict[str, str]) -> None:
    before = fingerprint(made_of)
    assert fingerprint(made_of | {"SPARKIFY_RUN_LOG": "/runs/0002.log"}) == before
    changed = {
        "a Variable": fingerprint(made_of | {"AIRFLOW_VAR_Y": "2"}),
        "a connection": fingerprint(made_of | {"AIRFLOW_CONN_X": "{}"}),
    }
    dags = Path(made_of["AIRFLOW__CORE__DAGS_FOLDER"])
    os.utime(dags / "a.py", (1, 1))
    changed["a DAG that was written again"] = fingerprint(made_of)
    (dags / "new.py").write_text("1")
    changed["another file"] = fingerprint(made_of)
    plugin = Path(made_of["AIRFLOW__CORE__PLUGINS_FOLDER"]) / "p" / "b.py"
    plugin.write_text("more")
    changed["a plugin"] = fingerprint(made_of)
    assert len({before, *changed.values()}) == 1 + len(changed)
    assert "secret" not in before


def hashed(authority: Path) -> str:
    """The name under which OpenSSL looks for an authority: X509_NAME_hash of its subject."""
    (certificate,) = x509.load_pem_x509_certificates(authority.read_bytes())
    name = b""
    for attribute in certificate.subject:
        oid = bytes([0x55, 0x04, int(attribute.oid.dotted_string.rpartition(".")[2])])
        value = " ".join(str(attribute.value).lower().split()).encode()
        for tag, content in ((0x06, oid), (0x0C, value)):
            name += bytes([tag, len(content)]) + content
        inner, name = name[-(len(oid) + len(value) + 4) :], name[: -(len(oid) + len(value) + 4)]
        for tag in (0x30, 0x31):
            inner = bytes([tag, len(inner)]) + inner
        name += inner
    return hashlib.sha1(name, usedforsecurity=False).digest()[3::-1].hex()


@pytest.fixture
def looked_up() -> Iterator[None]:
    """The shortcut is taken, for one test."""
    before = ssl.SSLContext.load_default_certs
    look_authorities_up()
    yield
    ssl.SSLContext.load_default_certs = before  # type: ignore[method-assign]


def reached(certificates: Certificates) -> bool:
    """Whether a client that trusts what OpenSSL does by default shakes hands with a server."""
    sent: tuple[ssl.MemoryBIO, ssl.MemoryBIO] = (ssl.MemoryBIO(), ssl.MemoryBIO())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    client = context.wrap_bio(sent[1], sent[0], server_hostname="localhost")
    server = certificates.context().wrap_bio(sent[0], sent[1], server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return False
    return True


@pytest.mark.usefixtures("looked_up")
def test_an_authority_is_looked_up_and_the_same_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, known, unknown = (provide(tmp_path / name) for name in ("ours", "known", "unknown"))
    folder = tmp_path / "certs"
    folder.mkdir()
    (folder / f"{hashed(known.authority)}.0").write_bytes(known.authority.read_bytes())
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(ours.authority.read_bytes() + known.authority.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    assert [reached(files) for files in (ours, known, unknown)] == [True, True, False]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    assert context.cert_store_stats()["x509"] == 1  # the other one was not read

    bundle.write_bytes(unknown.authority.read_bytes() + known.authority.read_bytes())
    assert [reached(files) for files in (ours, known, unknown)] == [False, True, True]


@pytest.mark.usefixtures("looked_up")
@pytest.mark.parametrize("name", ["none", "authority.pem"])
def test_without_a_folder_of_hashed_names_all_of_the_file_is_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = provide(tmp_path / "ours"), provide(tmp_path / "other")
    folder = tmp_path / "certs"
    folder.mkdir()
    if name != "none":
        (folder / name).write_bytes(ours.authority.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.authority))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    assert [reached(files) for files in (ours, other)] == [True, False]


def test_a_session_of_boto3_is_made_once_for_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        BaseSessionFactory, "_create_basic_session", BaseSessionFactory._create_basic_session
    )
    make_aws_sessions_once()

    def session(**settings: object) -> Any:
        described = {"conn_type": "aws", "extra": {"region_name": "us-west-2"}} | settings
        monkeypatch.setenv("AIRFLOW_CONN_ONCE", json.dumps(described))
        return AwsGenericHook(aws_conn_id="once", client_type="s3").get_session()

    first = session(login="AKIAONE", password="one")
    assert session(login="AKIAONE", password="one") is first
    for other in (
        {"login": "AKIAONE", "password": "two"},
        {"login": "AKIATWO", "password": "one"},
        {"login": "AKIAONE", "password": "one", "extra": {"region_name": "eu-west-1"}},
        {"login": "AKIAONE", "password": "one", "extra": {"aws_session_token": "t"}},
    ):
        found = session(**other)
        assert found is not first
        keys = found.get_credentials().get_frozen_credentials()
        assert (keys.access_key, keys.secret_key) == (other["login"], other["password"])
    assert session() is not session()

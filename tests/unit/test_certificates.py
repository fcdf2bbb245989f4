"""Certificates are made once, for the loopback and given names, and trusted besides all others."""

import os
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509

from sparkify_harness.certificates import (
    NAMES,
    TRUSTED,
    Certificates,
    main,
    provide,
    trusting,
    write_bundle,
)


def names_of(certificates: Certificates) -> set[str]:
    leaf = x509.load_pem_x509_certificate(certificates.certificate.read_bytes())
    found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = found.get_values_for_type(x509.IPAddress)
    return {*found.get_values_for_type(x509.DNSName), *map(str, addresses)}


def authorities_in(file: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(file.read_bytes())


@pytest.mark.parametrize(
    "names",
    [(), ("redshift",), ("db.example", "192.0.2.7", "2001:db8::7"), ("localhost", "127.0.0.1")],
    ids=["none", "a service", "a host and addresses", "known ones"],
)
def test_the_certificate_is_for_the_loopback_and_given_names(
    names: Sequence[str], tmp_path: Path
) -> None:
    assert names_of(provide(tmp_path, *names)) == {*NAMES, *names}


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in provide(tmp_path).authority.parent.iterdir()}
    provide(tmp_path, "another")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert provide(tmp_path).key.stat().st_mode & 0o777 == 0o600


def test_who_comes_at_the_same_time_gets_the_same(tmp_path: Path) -> None:
    """Else the authority of one would stand beside the certificate of another."""
    start = threading.Barrier(4)

    def make() -> None:
        start.wait()
        provide(tmp_path / "tls")

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = provide(tmp_path / "tls")
    context = files.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(files.authority)
    (authority,) = authorities_in(files.authority)
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    leaf.verify_directly_issued_by(authority)


def test_the_bundle_has_all_that_was_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = provide(tmp_path / "usual").authority
    monkeypatch.setenv(TRUSTED, str(usual))
    files = provide(tmp_path / "tls")
    assert authorities_in(files.bundle) == [
        *authorities_in(files.authority),
        *authorities_in(usual),
    ]


def test_without_the_variable_the_bundle_has_what_the_machine_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TRUSTED, raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    files = provide(tmp_path)
    assert files.bundle.read_text().count("BEGIN CERTIFICATE") > 50


def test_trust_adds_up_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = provide(tmp_path / "usual").authority
    monkeypatch.setenv(TRUSTED, str(usual))
    first, second = provide(tmp_path / "first"), provide(tmp_path / "second")
    with trusting(first), trusting(second):
        trusted = authorities_in(Path(os.environ[TRUSTED]))
        for authority in (first.authority, second.authority, usual):
            assert authorities_in(authority)[0] in trusted
    assert os.environ[TRUSTED] == str(usual)


def test_a_variable_that_was_not_set_is_not_set_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TRUSTED, raising=False)
    with trusting(provide(tmp_path)):
        assert TRUSTED in os.environ
    assert TRUSTED not in os.environ


def test_a_bundle_is_never_seen_half_written(tmp_path: Path) -> None:
    files = provide(tmp_path)
    with files.bundle.open("rb") as opened:
        write_bundle(files.bundle, files.authority)
        assert opened.read() == files.bundle.read_bytes()
    assert not list(tmp_path.glob("*.new"))


def test_as_a_program_it_makes_them_for_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "tls"), "redshift"]) == 0
    assert "redshift" in names_of(Certificates.within(tmp_path / "tls"))
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "file"), "redshift"]) == 1
    assert capsys.readouterr().err == f"error: {tmp_path / 'file'}: File exists\n"

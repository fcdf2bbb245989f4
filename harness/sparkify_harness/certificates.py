"""Certificates for the servers on this machine: the Redshift substitute and the object store.

Redshift's drivers check the certificate's chain and cannot be told not to, and neither should
clients of S3, so a certificate authority of our own is made, which clients trust by its file:
libpq and JDBC by ``sslrootcert=.../ca.pem``, what is built on OpenSSL by
``SSL_CERT_FILE=.../trusted.pem``, which has the machine's authorities besides, so that nothing else
is distrusted for it.
Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
"""

import argparse
import fcntl
import os
import ssl
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

NAMES: Final = ("localhost", "127.0.0.1", "::1")

IMAGE_AUTHORITY: Final = "/var/lib/redshift-tls/ca.pem"
"""Where the image of the substitute has the authority: see docker/redshift/Dockerfile."""

TRUSTED: Final = "SSL_CERT_FILE"
"""Names the authorities that OpenSSL trusts by default, and whatever is built on it."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files of a server's certificate.

    Args:
        authority: What clients have to trust.
        bundle: The same, and the authorities that the machine trusts.
        certificate: The server's chain.
        key: Its private key.
    """

    authority: Path
    bundle: Path
    certificate: Path
    key: Path

    @classmethod
    def within(cls, folder: Path) -> Self:
        """The files of a folder, which need not be there."""
        names = ("ca.pem", "trusted.pem", "server.pem", "server.key")
        return cls(*(folder / name for name in names))

    @property
    def complete(self) -> bool:
        """Whether certificate and key are there."""
        return self.certificate.is_file() and self.key.is_file()

    def context(self) -> ssl.SSLContext:
        """For the server's side of a connection.

        Raises:
            OSError: A file cannot be read or does not fit the other.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        return context


def provide(folder: Path, *names: str) -> Certificates:
    """The certificates of a folder; made there, for the loopback, if there are none yet.

    Args:
        folder: Created if need be. Several processes may want it at once.
        names: Further host names and addresses that the certificate is good for; what is there
            already stays as it is.

    Raises:
        OSError: The folder cannot be written.
    """
    files = Certificates.within(folder)
    if files.complete:
        return files
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if not files.complete:
            _make(files, names)
    return files


def _make(files: Certificates, names: Sequence[str]) -> None:
    import trustme  # noqa: PLC0415 - slow to import and seldom needed

    authority = trustme.CA(organization_name="Sparkify, for this machine alone")
    leaf = authority.issue_cert(*dict.fromkeys((*NAMES, *names)))
    authority.cert_pem.write_to_path(files.authority)
    write_bundle(files.bundle, files.authority)
    files.certificate.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    with os.fdopen(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as key:
        key.write(leaf.private_key_pem.bytes())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps other processes from making certificates in the same folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_bundle(file: Path, authority: Path) -> None:
    """Writes one file of the authorities that are trusted by default now, and another one.

    Args:
        file: Where to.
        authority: The other one.

    Raises:
        OSError: A file cannot be read or written.
    """
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    draft.write_bytes(authority.read_bytes() + b"\n" + _usual_authorities())
    draft.replace(file)


def _usual_authorities() -> bytes:
    """What OpenSSL trusts by default here, in PEM."""
    paths = ssl.get_default_verify_paths()
    # Debian's OpenSSL has a folder and no file; the file stands in the folder.
    folder = Path(paths.capath or "/nowhere") / "ca-certificates.crt"
    for file in (Path(paths.cafile or "/nowhere"), folder):
        if file.is_file():
            return file.read_bytes()
    import certifi  # noqa: PLC0415 - seldom needed

    return Path(certifi.where()).read_bytes()


@contextmanager
def trusting(certificates: Certificates) -> Iterator[None]:
    """Clients in this process trust one more authority until the context ends.

    `redshift_connector` has no option for it: it trusts what OpenSSL trusts by default.

    Args:
        certificates: Of the authority; its bundle is written again, with all that is trusted now.
    """
    write_bundle(certificates.bundle, certificates.authority)
    before = os.environ.get(TRUSTED)
    os.environ[TRUSTED] = str(certificates.bundle)
    try:
        yield
    finally:
        if before is None:
            del os.environ[TRUSTED]
        else:
            os.environ[TRUSTED] = before


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m sparkify_harness.certificates DIR [NAME ...]``: makes what is missing.

    Args:
        arguments: Command line without the program's name.
    """
    parser = argparse.ArgumentParser(
        prog="python -m sparkify_harness.certificates", description=__doc__
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("names", nargs="*", metavar="NAME", help="further names of the server")
    options = parser.parse_args(arguments)
    try:
        provide(options.folder, *options.names)
    except OSError as error:
        print(f"error: {options.folder}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

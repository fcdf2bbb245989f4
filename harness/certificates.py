"""Certificates for the servers on this machine: the Redshift substitute and the object store.

Redshift's drivers check the certificate's chain and cannot be told not to, and neither should
clients of S3, so a certificate authority of our own is made, which clients trust by its file, such
as ``SSL_CERT_FILE=.../ca.pem``.
Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
"""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

NAMES: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files of a server's certificate.

    Args:
        authority: What clients have to trust.
        certificate: The server's chain.
        key: Its private key.
    """

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def within(cls, folder: Path) -> Self:
        """The files of a folder, which need not be there."""
        return cls(folder / "ca.pem", folder / "server.pem", folder / "server.key")

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
        folder: Created if need be.
        names: Further host names and addresses that the certificate is good for.

    Raises:
        OSError: The folder cannot be written.
    """
    files = Certificates.within(folder)
    if files.complete:
        return files
    import trustme  # noqa: PLC0415 - slow to import and seldom needed

    authority = trustme.CA(organization_name="Sparkify, for this machine alone")
    leaf = authority.issue_cert(*dict.fromkeys((*NAMES, *names)))
    folder.mkdir(parents=True, exist_ok=True)
    authority.cert_pem.write_to_path(files.authority)
    files.certificate.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    with os.fdopen(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as key:
        key.write(leaf.private_key_pem.bytes())
    return files

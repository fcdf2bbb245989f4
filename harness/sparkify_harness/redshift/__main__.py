"""``python -m sparkify_harness.redshift``: the Redshift substitute as a program."""

import argparse
import errno
import gc
import ipaddress
import json
import logging
import os
import signal
import ssl
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sparkify_harness.redshift.catalog.profile import MOST_SLICES, SLICES, Profile
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals

if TYPE_CHECKING:
    from sparkify_harness.redshift.copying import Credentials
    from sparkify_harness.redshift.execute.protocol import Backends

PASSWORD: Final = "SPARKIFY_REDSHIFT_PASSWORD"  # noqa: S105 - the variable's name
ROLES: Final = "SPARKIFY_REDSHIFT_ROLES"
_TLS_FOLDER: Final = Path(".sparkify/tls")
_LAST_PORT: Final = 65_535

_EPILOG: Final = f"""\
example:
  export {PASSWORD}=$(openssl rand -hex 16)
  python -m sparkify_harness.redshift --memory --port 5439 &
  export PGPASSWORD=${PASSWORD} PGSSLMODE=verify-full PGSSLROOTCERT={_TLS_FOLDER}/ca.pem
  psql -h 127.0.0.1 -p 5439 -U awsuser dev -c 'select version()'

  The password comes from the environment or a file, never from the command line, which every
  user of the machine can read.

  TLS is required, as on every warehouse made since January 2025. Clients have to trust our
  authority: libpq (psql, psycopg) and JDBC by sslrootcert={_TLS_FOLDER}/ca.pem, redshift_connector
  by SSL_CERT_FILE={_TLS_FOLDER}/trusted.pem, which has the machine's own authorities besides.

  COPY takes IAM_ROLE 'arn:...' when {ROLES} names the keys that it stands for:
  {{"arn:aws:iam::123456789012:role/r": {{"access_key": "...", "secret_key": "..."}}}}

  When it listens it prints one line:  ready: host=127.0.0.1 port=5439 pid=4711
  SIGTERM and Ctrl-C end it: open transactions are rolled back, the database file is closed.
"""  # noqa: S608 - a help text


_SWITCH_INTERVAL: Final = 0.0005
"""Seconds after which a thread that computes lets another one run.

A short statement gives way some ten times until it is answered, and so waits ten times as long for
each other session that reads a long text; by Python's 5 milliseconds that is a tenth of a second.
"""


class StartError(Exception):
    """The server cannot start; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the server until it is told to stop.

    Args:
        arguments: Command line without the program's name.

    Returns:
        Exit code: 0 after a clean stop, 1 when it could not start.
    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=options.log_level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    try:
        _run(options)
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a program's own message
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sparkify_harness.redshift",
        description="A server that speaks Amazon Redshift's wire protocol and SQL, for tests.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # --password is not short for --password-file
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=5439, help="0 takes any free one (default: %(default)s)")
    add("--allow-remote", action="store_true", help="listen on an address that is not loopback")
    add("--user", default="awsuser", help="name of the superuser (default: %(default)s)")
    add("--password-file", type=Path, metavar="FILE", help=f"instead of ${PASSWORD}")
    add("--database", default="dev", help="name of the database (default: %(default)s)")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--memory", action="store_true", help="keep nothing")
    place.add_argument("--file", type=Path, help="keep the database in this file")
    add("--s3-endpoint", metavar="URL", help="where COPY and UNLOAD find S3; without it they fail")
    add("--s3-ca-file", type=Path, metavar="FILE", help="authority that an https one is signed by")
    add(
        "--region",
        default="us-west-2",
        help="of the imagined cluster; a bucket elsewhere needs REGION (default: %(default)s)",
    )
    add(
        "--tls",
        type=Path,
        default=_TLS_FOLDER,
        metavar="DIR",
        help="server.pem and server.key are there; they, and an authority ca.pem, are made if "
        "missing (default: %(default)s)",
    )
    add(
        "--tls-name",
        action="append",
        default=[],
        metavar="NAME",
        help="a certificate that is made is good for this host too; may be given again",
    )
    add(
        "--require-ssl",
        choices=["on", "off"],
        default="on",
        help="off lets clients in that come without TLS (default: %(default)s)",
    )
    add(
        "--profile",
        choices=[profile.value for profile in Profile],
        default=Profile.PROVISIONED.value,
        help="kind of service: outside provisioned stl_, stv_ and svl_ views are refused "
        "(default: %(default)s)",
    )
    add(
        "--unknown-literals",
        choices=[place.value for place in UnknownLiterals],
        default=UnknownLiterals.SORTED.value,
        help="constants of sub-queries, of type unknown, are refused where they are sorted; "
        "compared: in GROUP BY, UNION and joins too, as some report (default: %(default)s)",
    )
    add(
        "--slices",
        type=int,
        choices=range(1, MOST_SLICES + 1),
        metavar=f"1..{MOST_SLICES}",
        default=SLICES,
        help="slices of the imagined cluster: each writes files of its own in UNLOAD "
        "(default: %(default)s)",
    )
    add("--connection-limit", type=int, default=500, help="sessions at once (default: %(default)s)")
    add(
        "--log-level",
        default="warning",
        choices=["debug", "info", "warning", "error"],
        help="what goes to standard error (default: %(default)s)",
    )
    return parser


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to {_LAST_PORT}")
    return int(text)


def _run(options: argparse.Namespace) -> None:
    _check_host(options.host, allow_remote=options.allow_remote)
    password = _password(options.password_file)
    _check_authority(options.s3_ca_file)
    context = _tls_context(options.tls, options.host, *options.tls_name)

    # What is loaded stays: looking through it for garbage takes a seventh of the time until ready.
    gc.disable()
    # Only now, so that --help and refusals come at once.
    from sparkify_harness.redshift.front.server import Server  # noqa: PLC0415 - so that --help comes at once

    sys.setswitchinterval(_SWITCH_INTERVAL)
    backends = _open_backends(options, password)
    try:
        try:
            server = Server(
                backends,
                host=options.host,
                port=options.port,
                tls=context,
                require_ssl=options.require_ssl == "on",
                limit=options.connection_limit,
            )
        except OSError as error:
            raise StartError(_cannot_listen(error, options.host, options.port)) from error
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        gc.freeze()
        gc.enable()
        ready = f"ready: host={server.host} port={server.port} pid={os.getpid()}"
        print(ready, flush=True)  # noqa: T201 - who started us waits for this line
        server.serve()
    finally:
        backends.close()
    if server.database_lost:
        raise StartError(
            f"the disk of {options.file} failed and its database was closed; nothing that was "
            "committed is lost: make room and start the server again"
        )
    if threading.active_count() > 1:
        # The interpreter would wait for S3, or for an engine that does not end. What was committed
        # is in the file.
        logging.shutdown()
        os._exit(0)


def _open_backends(options: argparse.Namespace, password: str) -> "Backends":
    from sparkify_harness.redshift.copying import S3Settings  # noqa: PLC0415 - so that --help comes at once
    from sparkify_harness.redshift.wiring import open_backends  # noqa: PLC0415 - so that --help comes at once

    try:
        return open_backends(
            database=options.database,
            users={options.user: password},
            file=options.file,
            s3=S3Settings(options.s3_endpoint, options.region, _roles(), options.s3_ca_file),
            profile=Profile(options.profile),
            unknowns=UnknownLiterals(options.unknown_literals),
            slices=options.slices,
        )
    except OSError as error:
        reason = str(error)
        if "lock" in reason.lower():
            raise StartError(
                f"{options.file} is in use by another process; "
                "stop that server or name another --file"
            ) from error
        raise StartError(f"{options.file or 'the database'} cannot be opened: {reason}") from error


def _roles() -> "dict[str, Credentials]":
    """The keys that IAM roles stand for."""
    from sparkify_harness.redshift.copying import Credentials  # noqa: PLC0415 - so that --help comes at once

    text = os.environ.pop(ROLES, "{}")
    try:
        return {arn: Credentials(**keys) for arn, keys in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        raise StartError(
            f"${ROLES} is not a JSON object of the form "
            '{"arn:aws:iam::123456789012:role/name": {"access_key": "...", "secret_key": "..."}}'
        ) from None


def _check_host(host: str, *, allow_remote: bool) -> None:
    if allow_remote or host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise StartError(
            f"{host} is not a loopback address; --allow-remote opens the server to the network"
        )


def _password(file: Path | None) -> str:
    if file is not None:
        try:
            password = file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise StartError(f"--password-file {file} cannot be read: {reason}") from error
        if not password:
            raise StartError(f"--password-file {file} is empty; write the password into it")
        return password
    # Children of ours have no use for it.
    password = os.environ.pop(PASSWORD, "")
    if not password:
        raise StartError(f"there is no password: set ${PASSWORD} or give --password-file FILE")
    return password


def _tls_context(folder: Path, *names: str) -> ssl.SSLContext:
    from sparkify_harness.certificates import provide  # noqa: PLC0415 - so that --help comes at once

    try:
        return provide(folder, *names).context()
    except OSError as error:
        reason = error.strerror or error
        raise StartError(
            f"--tls {folder}: {reason}; the folder needs server.pem and server.key, "
            "or to be writable so that they can be made"
        ) from error


def _check_authority(file: Path | None) -> None:
    """Says now what every COPY would say."""
    if file is None:
        return
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # ssl.SSLError is one
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise StartError(
            f"--s3-ca-file {file}: {reason}; it must be a certificate authority in PEM"
        ) from error


def _cannot_listen(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use; stop what listens there or choose --port 0"
    return f"cannot listen on {host}:{port}: {error.strerror}"


if __name__ == "__main__":
    sys.exit(main())

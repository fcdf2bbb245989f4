"""The stack's settings: the file `.env`, which Docker Compose reads too.

Names of settings are those of docker-compose.yaml. Secrets are random, made once, and stand nowhere
else; the file is for its owner alone.
"""

import base64
import os
import re
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sparkify_harness.certificates import Certificates
from sparkify_harness.compose.address import ALLOW, BIND, refusal
from sparkify_harness.compose.errors import SettingsError
from sparkify_harness.locations import CHECKOUT
from sparkify_harness.objectstore import Endpoint
from sparkify_harness.objectstore.endpoint import new_access_key_id, new_secret

DEFAULT_FILE = CHECKOUT / ".env"
_LINE = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$")


def _password() -> str:
    """24 letters and digits: good in URLs, shells and YAML as they are."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(24))


SECRETS: Mapping[str, Callable[[], str]] = {
    "AIRFLOW_ADMIN_PASSWORD": _password,
    "AIRFLOW_FERNET_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "AIRFLOW_JWT_SECRET": lambda: secrets.token_hex(32),
    "AIRFLOW_SECRET_KEY": lambda: secrets.token_hex(32),
    "FLOWER_PASSWORD": _password,
    "MINIO_KMS_SECRET_KEY": lambda: f"stack:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    "MINIO_ROOT_PASSWORD": _password,
    "MINIO_ROOT_USER": new_access_key_id,
    "POSTGRES_PASSWORD": _password,
    "REDIS_PASSWORD": _password,
    "SPARKIFY_REDSHIFT_PASSWORD": _password,
    "SPARKIFY_S3_KEY_ID": new_access_key_id,
    "SPARKIFY_S3_SECRET": new_secret,
}
"""What is random in every stack, with what makes it."""

PORTS: Mapping[str, tuple[int, str]] = {
    "SPARKIFY_AIRFLOW_PORT": (8080, "Airflow's web interface"),
    "SPARKIFY_S3_PORT": (9000, "MinIO, S3"),
    "SPARKIFY_CONSOLE_PORT": (9001, "MinIO's console"),
    "SPARKIFY_REDSHIFT_PORT": (5439, "the Redshift substitute"),
    "SPARKIFY_FLOWER_PORT": (5555, "Flower, with --monitoring"),
}
"""What is published, and what for."""

PLAIN: Mapping[str, tuple[str, str]] = {
    "COMPOSE_PROJECT_NAME": ("sparkify", "prefix of containers and volumes"),
    BIND: ("127.0.0.1", f"address of the ports; beyond this machine only with {ALLOW}=yes"),
    **{name: (str(port), use) for name, (port, use) in PORTS.items()},
    "SPARKIFY_SEED": ("generated", "what an empty bucket is filled with: generated, or none"),
    "SPARKIFY_SCHEDULE_END": (
        "2018-11-30",
        "last day that has a log; empty where logs keep coming",
    ),
    "SPARKIFY_WORKER_CONCURRENCY": ("2", "tasks at once in each worker"),
    "SPARKIFY_REQUIRE_SSL": ("on", "off lets clients into the warehouse that come without TLS"),
    "SPARKIFY_REDSHIFT_PROFILE": (
        "provisioned",
        "kind of Redshift that is played: provisioned, multi-az or serverless",
    ),
}
"""What may well be changed, with its default and a word about it."""


@dataclass(frozen=True)
class StackSettings:
    """A stack's settings.

    Attributes:
        file: where they are from.
        values: by name.
    """

    file: Path
    values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        """A setting, or its default.

        Raises:
            SettingsError: there is neither.
        """
        if value := self.values.get(name) or PLAIN.get(name, ("",))[0]:
            return value
        raise SettingsError(
            f"{self.file} does not set {name}; sparkify stack init --force writes a new file"
        )

    @property
    def project(self) -> str:
        """Name of the Compose project."""
        return self["COMPOSE_PROJECT_NAME"]

    @property
    def allows_remote(self) -> bool:
        """Whether an address beyond this machine is meant."""
        return self.values.get(ALLOW) == "yes"

    def url(self, port: str) -> str:
        """Where a port is reached from this machine."""
        host = self[BIND]
        host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared with
        return f"http://{f'[{host}]' if ':' in host else host}:{self[port]}"

    @property
    def region(self) -> str:
        """Region of the bucket."""
        return self.values.get("SPARKIFY_REGION") or "us-west-2"

    @property
    def bucket(self) -> str:
        """Holds the data."""
        return self.values.get("SPARKIFY_BUCKET") or "sparkify"

    @property
    def certificates(self) -> Certificates:
        """What the warehouse is verified by on this machine, once the stack has been started."""
        return Certificates.within(
            self.file.absolute().parent / ".sparkify" / f"{self.project}-tls"
        )

    def store(self) -> Endpoint:
        """The store, with its administrator's key."""
        return Endpoint(
            self.url("SPARKIFY_S3_PORT"),
            self.region,
            self["MINIO_ROOT_USER"],
            self["MINIO_ROOT_PASSWORD"],
        )

    def secret_values(self) -> list[str]:
        """Every secret of the stack, for tests that look for them where they must not be."""
        return [self[name] for name in SECRETS]

    def check(self) -> None:
        """Says at once what Compose or a container would say late, or not at all.

        Raises:
            SettingsError: a secret is missing, or the address is not allowed.
        """
        for name in SECRETS:
            self[name]
        if reason := refusal(self[BIND], self.values.get(ALLOW, "no")):
            raise SettingsError(f"{self.file}: {reason}")


def read(file: Path = DEFAULT_FILE) -> StackSettings:
    """The settings in a file.

    Raises:
        SettingsError: it is not there or cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise SettingsError(
            f"there is no {file}: sparkify stack init makes it, with random passwords"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error
    found = (_LINE.match(line.strip()) for line in lines)
    return StackSettings(file, {match[1]: match[2].strip("\"'") for match in found if match})


def write(
    file: Path = DEFAULT_FILE, chosen: Mapping[str, str] | None = None, *, force: bool = False
) -> StackSettings:
    """Makes the file, with fresh secrets.

    Args:
        file: where; only its owner may read it.
        chosen: other values than the defaults, by name.
        force: replace one that is there.

    Raises:
        SettingsError: it is there already, or cannot be written.
    """
    if file.exists() and not force:
        raise SettingsError(
            f"{file} is there already; its passwords are those of the stack's volumes. "
            "--force replaces it: remove the volumes first, with sparkify stack down --volumes"
        )
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(render({name: make() for name, make in SECRETS.items()}, chosen or {}))
        draft.replace(file)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}") from error
    return read(file)


def render(hidden: Mapping[str, str], chosen: Mapping[str, str]) -> str:
    """The text of the file: what may be changed, with a word about it, then the secrets.

    Args:
        hidden: values of the secrets.
        chosen: other values than the defaults; also names that stand in no table here.
    """
    lines = [
        "# Settings of the local stack, which docker-compose.yaml reads; not for version control."
    ]
    for name, (default, use) in PLAIN.items():
        lines += ["", f"# {use}", f"{name}={chosen.get(name, default)}"]
    more = {name: value for name, value in chosen.items() if name not in PLAIN}
    lines += ["", "# Images and more, see docker-compose.yaml", *_assigned(more)] if more else []
    lines += ["", "# Made by sparkify stack init", *_assigned(hidden)]
    return "\n".join(lines) + "\n"


def example() -> str:
    """The file without secrets: what is committed as `.env.example`."""
    return render(dict.fromkeys(SECRETS, ""), {})


def _assigned(values: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in values.items()]

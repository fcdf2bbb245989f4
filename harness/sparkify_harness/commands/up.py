"""`sparkify up`: the stack alone, for as long as it is wanted."""

import os
import shlex
import socket
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sparkify_harness.certificates import TRUSTED
from sparkify_harness.commands import dataset, storing
from sparkify_harness.commands.dataset import (
    DataOption,
    DaysOption,
    SeedOption,
    SongsOption,
    StartOption,
    UsersOption,
)
from sparkify_harness.commands.exits import CommandError
from sparkify_harness.commands.progress import Steps
from sparkify_harness.commands.service import ProfileOption, RequireSsl, RequireSslOption
from sparkify_harness.commands.storing import (
    BucketOption,
    EndpointOption,
    RegionOption,
    StoreOption,
)
from sparkify_harness.commands.terminal import messages, tell
from sparkify_harness.redshift.catalog.profile import Profile
from sparkify_harness.runs import RunRecord, Runs
from sparkify_harness.stack import BUCKET, REGION, ROLE, Stack, open_stack
from sparkify_harness.store_kinds import StoreKind

_LOOK = 0.5
"""Seconds between two looks at the servers."""

EmptyOption = Annotated[
    bool, typer.Option("--empty", help="Leave the bucket empty.", rich_help_panel=dataset.PANEL)
]
EnvFileOption = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="Write the variables to this file, for you alone to read, instead of showing them.",
    ),
]


def up(
    *,
    env_file: EnvFileOption = None,
    empty: EmptyOption = False,
    data: DataOption = None,
    days: DaysOption = None,
    users: UsersOption = None,
    songs: SongsOption = None,
    seed: SeedOption = None,
    start: StartOption = None,
    store: StoreOption = StoreKind.AUTO,
    endpoint: EndpointOption = None,
    bucket: BucketOption = BUCKET,
    region: RegionOption = REGION,
    require_ssl: RequireSslOption = RequireSsl.ON,
    profile: ProfileOption = Profile.PROVISIONED,
) -> None:
    """Keep a stack running, and print its connections as environment variables.

    The keys are those of a local stack that is thrown away: they are shown
    on purpose. COPY may name $SPARKIFY_IAM_ROLE as its IAM_ROLE. Ctrl-C ends
    the stack and everything in it.
    """
    chosen = dataset.choose(data=data, days=days, users=users, songs=songs, seed=seed, start=start)
    external = storing.chosen_endpoint(store, endpoint, region)
    runs = Runs()
    with runs.new() as folder:
        folder.write(RunRecord("up", chosen.label, store, folder.id))
        with open_stack(
            folder.path,
            store=store,
            external=external,
            bucket=bucket,
            region=region,
            in_memory=True,
            warm_airflow=False,
            require_ssl=require_ssl is RequireSsl.ON,
            profile=profile,
        ) as stack:
            with Steps(messages()) as steps:
                steps.say(f"Store  {stack.store.describe()}")
                if not empty:
                    steps.say(f"Data   {chosen.label}")
                    with (
                        steps.step("Filling the bucket", total=chosen.count) as step,
                        storing.writing_to(stack.store.endpoint.url),
                    ):
                        stack.seed(chosen.objects(), lambda _: step.advance())
            with _published(variables(stack), env_file):
                tell(messages(), f"Running; logs: {folder.path}\nCtrl-C stops everything.")
                _watch(stack)


def variables(stack: Stack) -> dict[str, str]:
    """Everything that clients, Airflow and this command need to find the stack."""
    warehouse, admin = stack.warehouse, stack.store.endpoint
    certificates = stack.running.certificates
    found = stack.wiring().environment() | {
        # The whole bundle: nobody knows what else will be run in that shell.
        TRUSTED: str(certificates.bundle),
        "PGSSLROOTCERT": str(certificates.authority),
        "PGHOST": warehouse.host,
        "PGPORT": str(warehouse.port),
        "PGUSER": warehouse.user,
        "PGPASSWORD": warehouse.password,
        "PGDATABASE": warehouse.database,
        "PGSSLMODE": "verify-full",
        "SPARKIFY_DSN": warehouse.dsn(),
        "SPARKIFY_BUCKET": stack.bucket,
        "SPARKIFY_IAM_ROLE": ROLE,
        "AWS_ENDPOINT_URL": admin.url,
        storing.KEY_ID: admin.access_key_id,
        storing.SECRET: admin.secret_access_key,
        "AWS_REGION": admin.region,
        "AWS_DEFAULT_REGION": admin.region,
    }
    return found | ({storing.TOKEN: admin.session_token} if admin.session_token else {})


def as_shell(values: Mapping[str, str]) -> str:
    """Lines for a shell to read."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


@contextmanager
def _published(values: Mapping[str, str], file: Path | None) -> Iterator[None]:
    """Shows the variables, or keeps them in a file until the context ends."""
    if file is None:
        typer.echo(as_shell(values), nl=False)
        yield
        return
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(as_shell(values))
        draft.replace(file)
    except OSError as error:
        raise CommandError(f"cannot write --env-file {file}: {error.strerror}") from error
    try:
        tell(messages(), f"Connections: source {shlex.quote(str(file))}")
        yield
    finally:
        file.unlink(missing_ok=True)


def _watch(stack: Stack) -> None:
    """Returns never; the stack's user ends it, or a server that dies.

    Raises:
        CommandError: A server died.
    """
    url = urllib.parse.urlsplit(stack.store.endpoint.url)
    address = (url.hostname or "", url.port or {"https": 443}.get(url.scheme, 80))
    child = stack.running.child
    while True:
        if child.exit_code is not None:
            raise CommandError(f"the warehouse ended; its log ends with:\n{child.log_tail()}")
        try:
            socket.create_connection(address, timeout=10).close()
        except OSError as error:
            raise CommandError(
                f"the object store at {stack.store.endpoint.url} does not answer: {error}; "
                f"its log: {stack.store.log_path or 'is with who runs it'}"
            ) from error
        time.sleep(_LOOK)

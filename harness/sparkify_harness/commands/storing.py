"""Which object store serves S3: the options, and what it may answer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from sparkify_harness.commands.exits import CommandError
from sparkify_harness.objectstore import Endpoint, StoreKind

PANEL = "Object store"

KEY_ID = "AWS_ACCESS_KEY_ID"
SECRET = "AWS_SECRET_ACCESS_KEY"  # noqa: S105  # the name of it
TOKEN = "AWS_SESSION_TOKEN"  # noqa: S105  # the name of it


def _kinds() -> str:
    *others, last = (kind.describe() for kind in StoreKind)
    return f"{', '.join(others)}, or {last}."


StoreOption = Annotated[
    StoreKind,
    typer.Option(
        metavar="KIND",
        help=_kinds(),
        rich_help_panel=PANEL,
    ),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help=f"Of an external store; its key comes from ${KEY_ID} and ${SECRET}.",
        rich_help_panel=PANEL,
    ),
]
BucketOption = Annotated[
    str,
    typer.Option(metavar="NAME", help="Bucket for the data.", rich_help_panel=PANEL),
]
RegionOption = Annotated[
    str,
    typer.Option(metavar="NAME", help="Region of the bucket.", rich_help_panel=PANEL),
]


def external_endpoint(url: str, region: str) -> Endpoint:
    """An endpoint with the key that the environment has.

    The secret is never an option: everybody on the machine can read command lines.

    Raises:
        typer.BadParameter: The key is not there.
    """
    missing = [name for name in (KEY_ID, SECRET) if not os.environ.get(name)]
    if missing:
        raise typer.BadParameter(
            f"the key for {url} is not there: set {' and '.join(missing)} in the environment"
        )
    return Endpoint(
        url=url,
        region=region,
        access_key_id=os.environ[KEY_ID],
        secret_access_key=os.environ[SECRET],
        session_token=os.environ.get(TOKEN) or None,
    )


def chosen_endpoint(store: StoreKind, url: str | None, region: str) -> Endpoint | None:
    """The endpoint of an external store, None for one that we start.

    Raises:
        typer.BadParameter: `--store external` and `--endpoint` do not go together, or no key.
    """
    if (store is StoreKind.EXTERNAL) != (url is not None):
        raise typer.BadParameter(f"--store {StoreKind.EXTERNAL} and --endpoint URL go together")
    return None if url is None else external_endpoint(url, region)


@contextmanager
def writing_to(url: str) -> Iterator[None]:
    """Says what to do where the store does not take what is written.

    Args:
        url: Of the store.

    Raises:
        CommandError: The store refuses, or is not there.
    """
    try:
        yield
    except ClientError as error:
        advice = {
            "NoSuchBucket": "; sparkify seed --create-bucket makes it",
            "BucketAlreadyOwnedByYou": "; leave out --create-bucket",
            "SignatureDoesNotMatch": f"; check ${SECRET}",
            "InvalidAccessKeyId": f"; check ${KEY_ID}",
        }.get(error.response.get("Error", {}).get("Code", ""), "")
        raise CommandError(f"the store at {url} refuses: {error}{advice}") from error
    except (BotoCoreError, ValueError) as error:
        raise CommandError(f"cannot write to {url}: {error}") from error

"""`sparkify seed`: a data set into a bucket, or into a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sparkify_fixtures import StoredObject, write_folder
from sparkify_harness.commands import dataset
from sparkify_harness.commands.dataset import (
    DataOption,
    DataSet,
    DaysOption,
    SeedOption,
    SongsOption,
    StartOption,
    UsersOption,
)
from sparkify_harness.commands.progress import Step, Steps
from sparkify_harness.commands.storing import (
    PANEL,
    BucketOption,
    RegionOption,
    external_endpoint,
    writing_to,
)
from sparkify_harness.commands.terminal import messages
from sparkify_harness.objectstore import Endpoint, StoreKind, open_store
from sparkify_harness.seeding import upload
from sparkify_harness.stack import BUCKET, REGION

ToOption = Annotated[
    Path | None, typer.Option("--to", metavar="DIR", help="Write files into this folder.")
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        envvar="AWS_ENDPOINT_URL",
        metavar="URL",
        help="The S3 to write to; its key comes from $AWS_ACCESS_KEY_ID and "
        "$AWS_SECRET_ACCESS_KEY.",
        rich_help_panel=PANEL,
    ),
]
CreateOption = Annotated[
    bool, typer.Option("--create-bucket", help="Make the bucket first.", rich_help_panel=PANEL)
]


def seed(
    *,
    to: ToOption = None,
    data: DataOption = None,
    days: DaysOption = None,
    users: UsersOption = None,
    songs: SongsOption = None,
    seed: SeedOption = None,
    start: StartOption = None,
    endpoint: EndpointOption = None,
    bucket: BucketOption = BUCKET,
    create_bucket: CreateOption = False,
    region: RegionOption = REGION,
) -> None:
    """Put a data set into a bucket of a running store, or into a folder.

    The store is the one at --endpoint, such as that of "sparkify up", whose
    variables say all that is needed. Without --endpoint and --to there is
    nowhere to write: AWS is never assumed.
    """
    chosen = dataset.choose(data=data, days=days, users=users, songs=songs, seed=seed, start=start)
    if to is None and endpoint is None:
        raise typer.BadParameter('say where: --to DIR, or --endpoint URL ("sparkify up" has one)')
    target = None if to is not None or endpoint is None else external_endpoint(endpoint, region)
    with Steps(messages()) as steps:
        with steps.step("Writing", total=chosen.count) as step:
            if target is not None:
                count = _upload(target, bucket, chosen, step, create=create_bucket)
                place = f"s3://{bucket} at {target.url}"
            else:
                count = write_folder(_counted(chosen, step), to or Path())
                place = str(to)
        steps.say(f"{count:,} objects in {place} ({chosen.label})")


def _upload(target: Endpoint, bucket: str, data: DataSet, step: Step, *, create: bool) -> int:
    with (
        writing_to(target.url),
        open_store(StoreKind.EXTERNAL, folder=Path(), external=target) as store,
    ):
        if create:
            store.create_bucket(bucket)
        return upload(target, bucket, data.objects(), lambda _: step.advance())


def _counted(data: DataSet, step: Step) -> Iterator[StoredObject]:
    for item in data.objects():
        step.advance()
        yield item

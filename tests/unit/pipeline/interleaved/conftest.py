"""Histories of the pipeline in this process."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from sparkify.copying import IamRole
from sparkify.credentials import S3Access
from sparkify_harness.redshift.copying import source
from sparkify_harness.redshift.engine.protocol import Engine
from tests.unit.pipeline.interleaved.bucket import REGION
from tests.unit.pipeline.interleaved.history import History
from tests.unit.pipeline.interleaved.material import make_plan
from tests.unit.pipeline.interleaved.reading import statements_read_once
from tests.unit.pipeline.interleaved.rows.engine import Compiled, RowsEngine
from tests.unit.pipeline.interleaved.tasks import Tasks
from tests.unit.pipeline.interleaved.turns import InTurn
from tests.unit.pipeline.interleaved.warehouse import HOOK, ROLE

if TYPE_CHECKING:
    from airflow.sdk import DAG

MakeHistory = Callable[..., History]


class Silence:
    """A logger that says nothing, whatever it is told."""

    def __getattr__(self, level: str) -> Callable[..., None]:
        return lambda *arguments, **fields: None


@dataclass
class Lent:
    """A client for a statement's time, whose answers are there at once."""

    s3: Any

    def asking(self) -> AbstractContextManager[None]:
        return nullcontext()

    def pause(self, seconds: float) -> None:
        """Nobody waits before asking again."""

    def end(self) -> None:
        """Nobody waits for an answer."""


@pytest.fixture(scope="module")
def stage() -> Iterator[SimpleNamespace]:
    """Where the pipeline meets the history that is played: its `world`."""
    place = SimpleNamespace(world=None)
    with pytest.MonkeyPatch.context() as patch, statements_read_once():
        patch.setattr("sparkify.operators.base.redshift_hook", lambda conn_id: HOOK)
        patch.setattr("sparkify.warehouse.connect", lambda hook: place.world.connect())
        patch.setattr(
            "sparkify.operators.stage.s3_access",
            lambda conn_id, role: S3Access(IamRole(ROLE), REGION),
        )
        patch.setattr("sparkify.operators.stage.s3_client", lambda conn_id: place.world.s3())
        patch.setattr("sparkify.operators.stage_logs.ThreadPoolExecutor", InTurn)
        patch.setattr(source, "Lease", lambda destination: Lent(place.world.server_s3()))
        # Airflow's own logger prints every line.
        patch.setattr("airflow.sdk.BaseOperator.log", Silence())
        patch.setattr(logging.getLogger("sparkify"), "level", logging.CRITICAL)
        sleeping = SimpleNamespace(sleep=lambda seconds: place.world.sleep(seconds))  # noqa: PLW0108 - the world comes later
        patch.setattr("tenacity.nap.time", sleeping)
        yield place


@pytest.fixture(scope="session")
def tasks(dag: "DAG") -> Tasks:
    """The tasks of the pipeline's DAG."""
    return Tasks(dag)


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    """Statements that the engine of the histories knows."""
    return Compiled()


@pytest.fixture
def make_history(
    stage: SimpleNamespace, tasks: Tasks, compiled: Compiled, tmp_path: Path
) -> MakeHistory:
    """Makes the history of a seed; of other material than the seed's, where that is given."""

    def make(
        seed: int,
        *,
        engine: Any = None,
        checked: bool | None = None,
        serializable: bool = False,
        material: Random | None = None,
    ) -> History:
        random = Random(seed)
        plan = make_plan(material or random, checked=checked)
        found = cast("Engine", engine or RowsEngine(compiled))
        history = History(plan, random, tasks, found, tmp_path, serializable=serializable)
        stage.world = history
        return history

    return make

"""What the pipeline's tasks meet in a history: a bucket, a warehouse, each other."""

from pathlib import Path
from typing import Any

from sparkify.audit import Run as Loading
from sparkify.names import Names
from sparkify.objects import ObjectInfo, digest, list_objects
from sparkify.templates import Templates
from sparkify.unloading import unload
from sparkify.warehouse import open_session
from sparkify_fixtures import SONG_PREFIX, StoredObject, log_json_path
from sparkify_harness.locations import SQL
from sparkify_harness.redshift.engine.protocol import Engine
from tests.unit.pipeline.interleaved.bucket import Bucket
from tests.unit.pipeline.interleaved.bucket import Client as S3Client
from tests.unit.pipeline.interleaved.isolation import SerializableLocks, SnapshotLocks
from tests.unit.pipeline.interleaved.material import log_key
from tests.unit.pipeline.interleaved.tasks import DagRun, State, Tasks
from tests.unit.pipeline.interleaved.turns import Actor, LockTurns, Turns
from tests.unit.pipeline.interleaved.warehouse import HOOK, Client, Warehouse, Watch

UNLOAD = "Unload"
"""What takes the log of a day out of the warehouse; no task of the DAG."""

UNLOADING = "sparkify unload-day"
"""As what it stands in `load_audit`."""


class World(Watch):
    """A bucket, a warehouse, and tasks that take turns.

    Args:
        tasks: of the DAG.
        engine: of the warehouse.
        folder: for what COPY spools.
        serializable: how the database is isolated; by snapshots otherwise.

    Attributes:
        step: how many turns were given, and changes made.
        changed: the step at which each object was changed last, by key.
        listings: the song files that there were, by the digest of their listing.
    """

    def __init__(
        self, tasks: Tasks, engine: Engine, folder: Path, *, serializable: bool = False
    ) -> None:
        self.tasks = tasks
        self.bucket = Bucket()
        self.turns = Turns()
        self.step = 0
        self.changed: dict[str, int] = {}
        self.listings: dict[str, list[StoredObject]] = {}
        self.locks = SerializableLocks() if serializable else SnapshotLocks()
        # Whoever waits for a lock gives up its turn.
        self.locks._changed = LockTurns(self.turns)  # type: ignore[assignment]
        self.warehouse = Warehouse(engine, self.locks, folder)
        self.bucket.put(log_json_path())

    # --- what the pipeline meets ------------------------------------------------------------

    def connect(self) -> Client:
        """A connection to the warehouse."""
        return self.warehouse.connect(self)

    def s3(self) -> S3Client:
        """A client of the bucket."""
        return S3Client(self.bucket, self.turns.pause)

    def server_s3(self) -> S3Client:
        """What COPY reads with: it does so within one statement."""
        return S3Client(self.bucket)

    def sleep(self, seconds: float) -> None:
        """Whoever waits for a while lets others go on."""
        self.turns.pause("wait a while")

    def before(self, client: Client, sql: str) -> None:
        """Whoever sends a statement waits for its turn."""
        self.turns.pause(" ".join(sql.split())[:100])
        if isinstance(self.locks, SerializableLocks):
            self.locks.active = client.pid

    # --- what happens -----------------------------------------------------------------------

    def begin(self, run: DagRun, task: str) -> Actor:
        """A task begins with its first turn."""
        run.tries[task] += 1
        run.states[task] = State.RUNNING
        name = f"{run.run_id}.{task}.{run.tries[task]}"
        return self.turns.begin(name, lambda: self._work(run, task))

    def _work(self, run: DagRun, task: str) -> Any:
        if task == UNLOAD:
            return self._unload(run)
        return self.tasks.execute(task, run.run, run.run_id)

    def _unload(self, run: DagRun) -> None:
        """What `sparkify unload-day` does."""
        assert run.run.day is not None
        names = Names("public")
        unload(
            lambda: open_session(HOOK),
            names,
            Templates(SQL, names),
            [log_key(run.run.day)],
            lambda doing: Loading(UNLOADING, run.run_id, doing),
        )

    def put(self, item: StoredObject, seconds: int = 1) -> None:
        """An object is put into the bucket, so long after what happened before."""
        self.bucket.clock += seconds
        self.bucket.put(item)
        self._note(item.key)

    def remove(self, key: str) -> None:
        """An object is taken out of the bucket."""
        self.bucket.remove(key)
        self._note(key)

    def _note(self, key: str) -> None:
        self.step += 1
        self.changed[key] = self.step
        if key.startswith(SONG_PREFIX):
            self.listings[self.listing().etag] = self.bucket.below(SONG_PREFIX)

    def listing(self) -> ObjectInfo:
        """What stands for all song files that are there."""
        client: Any = self.server_s3()
        return digest(SONG_PREFIX, list_objects(client, "sparkify", SONG_PREFIX))

    def tell(self) -> str:
        """What happened, in order."""
        return "\n".join(self.turns.trace)

    def close(self) -> None:
        """The end: tasks that are still at work are given up."""
        self.turns.give_up()
        self.warehouse.close()

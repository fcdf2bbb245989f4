"""The stack in containers: from start to healthy, idle memory, the pipeline through Celery."""

import datetime as dt
import os
import re
import secrets
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Figure, at_most, seconds
from sparkify_fixtures import Settings, generate, log_json_path, read_folder
from sparkify_harness import machine
from sparkify_harness.compose import settings as stack_settings
from sparkify_harness.compose.airflow_api import AirflowApi
from sparkify_harness.compose.engine import find_engine
from sparkify_harness.compose.errors import NoEngineError
from sparkify_harness.compose.project import Project
from sparkify_harness.process import free_port
from sparkify_harness.seeding import upload
from tests.stack.images import stand_ins

STARTS = 3
TRIES = 3
IDLE = 30.0
"""Seconds until a stack that has just started is idle."""

_BYTES = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def figures() -> Iterator[Figure]:
    """Three figures, or a note where there is no engine or no images."""
    name = "stack in containers"
    try:
        engine = find_engine()
    except NoEngineError as error:
        yield Figure(name, "not measured", note=str(error).partition("\n")[0])
        return
    images: dict[str, str] = {}
    if os.environ.get("SPARKIFY_PULL_IMAGES") != "yes":
        try:
            images = stand_ins.make()
        except stand_ins.StandInError as error:
            yield Figure(name, "not measured", note=str(error))
            return
    bases = "stand-ins for the base images" if images else "the real base images"
    with tempfile.TemporaryDirectory() as folder:
        ports = {port: str(free_port()) for port in stack_settings.PORTS}
        settings = stack_settings.write(
            Path(folder) / "stack.env",
            {
                "COMPOSE_PROJECT_NAME": f"sparkify-bench-{secrets.token_hex(3)}",
                "SPARKIFY_SEED": "none",
                **ports,
                **images,
            },
        )
        project = Project(engine, settings, Path(folder) / "compose.log")
        project.build(lambda _: None)
        starts = []
        for _ in range(STARTS):
            with running(project) as took:
                starts.append(took)
        note = f"fresh volumes, images built, {STARTS} starts, {bases}; {engine.describe()}"
        yield at_most(f"{name}: up to all healthy", statistics.median(starts), 90, "s", note)
        with running(project):
            time.sleep(IDLE)
            used = memory(project) / (1 << 30)
            yield at_most(f"{name}: idle memory", used, 3, "GB", "sum over all containers")
            took = statistics.median(runs(project))
            yield at_most(
                f"{name}: the pipeline through Celery", took, 60, "s", f"{TRIES} runs, {data()[0]}"
            )


def data() -> tuple[str, Path | None]:
    """The public data set where it is there, else a generated one."""
    folder = machine.real_data()
    return ("real data", folder) if folder.is_dir() else ("generated data", None)


@contextmanager
def running(project: Project) -> Iterator[float]:
    """A stack with fresh volumes; yields the seconds until all was healthy."""
    try:
        yield seconds(lambda: project.up(workers=1, monitoring=False, on_look=lambda _: None))
    finally:
        project.down(volumes=True)


def memory(project: Project) -> float:
    """Bytes that the containers use now."""
    ids = [one.id for one in project.containers() if one.status == "running"]
    done = subprocess.run(
        [project.engine.program, "stats", "--no-stream", "--format", "{{.MemUsage}}", *ids],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = re.findall(r"^([\d.]+)([KMG]iB) /", done.stdout, re.MULTILINE)
    return sum(float(number) * _BYTES[unit] for number, unit in found)


def runs(project: Project) -> Iterator[float]:
    """Seconds of each run of the pipeline on all data, as Airflow has them; after a warm-up."""
    folder = data()[1]
    objects = read_folder(folder) if folder else generate(Settings())
    upload(project.settings.store(), project.settings.bucket, [log_json_path(), *objects])
    with AirflowApi.of(project.settings) as airflow:
        for number in range(TRIES + 1):
            run_id = airflow.trigger(None, {})
            deadline = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
            while airflow.state(run_id) not in {"success", "failed"}:
                if dt.datetime.now(dt.UTC) > deadline:
                    raise TimeoutError(f"{run_id} has not ended within five minutes")
                time.sleep(0.2)
            result = airflow.result(run_id)
            if not result.succeeded:
                raise RuntimeError(result.explain())
            if number:
                yield result.duration

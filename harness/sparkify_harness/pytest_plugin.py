"""A pytest plugin: the stack as fixtures, no connections beyond loopback, and what did not run.

Fixtures, each started once in a session and only when a test asks for it:

* `object_store`: a running S3 substitute (`sparkify_harness.objectstore.RunningStore`);
* `warehouse`: how clients get into a Redshift substitute that reads from it
  (`sparkify_harness.warehouse.Warehouse`);
* `stack`: both, with Airflow to run the DAG (`sparkify_harness.stack.Stack`);
* `sparkify_stack`: makes further stacks, for tests that need one of their own or with options;
* `sparkify_airflow`: makes Airflows with a scheduler on a stack, for tests of backfills, retries,
  schedules and callbacks (`sparkify_harness.airflow.deployment.Deployment`); some 10 s and 700 MB
  each.

TLS is required, as on AWS, and this process trusts the authorities of these warehouses through
`SSL_CERT_FILE`, so that `redshift_connector` connects with its defaults.

Settings, all off by default:

* `sparkify_block_network = true` refuses connections and look-ups of names beyond this machine, in
  the process of the tests (clients written in C, such as libpq, and child processes go unseen);
* `sparkify_lanes` has lines `name: folder`; the last line of a session then names the lanes, and
  the programs and data of this machine, that had no part in it, and why.

Importing this module imports nothing but pytest; servers cost nothing until a fixture is used.
"""

import ipaddress
import socket
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sparkify_harness.store_kinds import StoreKind

if TYPE_CHECKING:
    from sparkify_harness.airflow.deployment import Deployment
    from sparkify_harness.objectstore import RunningStore
    from sparkify_harness.stack import Stack
    from sparkify_harness.warehouse import Warehouse

BLOCK = "sparkify_block_network"
LANES = "sparkify_lanes"
STORE_OPTION = "--sparkify-store"


class NetworkBlockedError(RuntimeError):
    """A test reached for something beyond this machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares the settings."""
    parser.addini(BLOCK, "refuse connections beyond loopback", type="bool", default=False)
    parser.addini(LANES, "lines `name: folder`, reported where not run", type="linelist")
    parser.getgroup("sparkify").addoption(
        STORE_OPTION,
        choices=[kind.value for kind in StoreKind if kind.is_started],
        default=StoreKind.AUTO.value,
        help="what serves S3 to the fixtures object_store, warehouse and stack",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Puts up the guard and the record of what runs, where they are wanted."""
    if config.getini(BLOCK):
        patch = pytest.MonkeyPatch()
        block_network(patch)
        config.add_cleanup(patch.undo)
    if config.getini(LANES) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Attendance(config), "sparkify-attendance")


@pytest.fixture(scope="session")
def object_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[RunningStore]":
    """An object store for the session; without buckets."""
    from sparkify_harness.objectstore import open_store  # noqa: PLC0415  # a plugin must load fast

    kind = StoreKind(request.config.getoption(STORE_OPTION))
    with open_store(kind, folder=tmp_path_factory.mktemp("objectstore")) as running:
        yield running


@pytest.fixture(scope="session")
def warehouse(
    object_store: "RunningStore", tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Warehouse]":
    """A Redshift substitute for the session, in memory; its COPY reads from `object_store`."""
    from sparkify_harness.warehouse import open_warehouse  # noqa: PLC0415  # a plugin must load fast

    endpoint = object_store.endpoint
    with (
        open_warehouse(
            folder=tmp_path_factory.mktemp("warehouse"),
            s3_endpoint=endpoint.url,
            s3_ca_file=endpoint.ca_file,
            region=endpoint.region,
        ) as running,
        running.connection.trusted(),
    ):
        yield running.connection


@pytest.fixture(scope="session")
def sparkify_stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Callable[..., Stack]]":
    """Makes stacks that end with the session: `sparkify_harness.stack.open_stack`."""
    from sparkify_harness.stack import open_stack  # noqa: PLC0415  # a plugin must load fast

    with ExitStack() as opened:

        def make(**options: Any) -> "Stack":
            chosen: dict[str, Any] = {
                "store": StoreKind(request.config.getoption(STORE_OPTION)),
                "in_memory": True,
            } | options
            context: AbstractContextManager[Stack] = open_stack(
                tmp_path_factory.mktemp("stack"), **chosen
            )
            stack = opened.enter_context(context)
            opened.enter_context(stack.warehouse.trusted())
            return stack

        yield make


@pytest.fixture(scope="session")
def stack(sparkify_stack: "Callable[..., Stack]") -> "Stack":
    """A stack for the session, its bucket empty."""
    return sparkify_stack()


@pytest.fixture(scope="session")
def sparkify_airflow(
    sparkify_stack: "Callable[..., Stack]",  # noqa: ARG001 - so that it ends before them
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Callable[..., Deployment]]":
    """Makes Airflows with a scheduler that end with the session, and returns them when healthy.

    Takes a stack, then ids of DAGs to wait for (by default the pipeline's), and by their names the
    arguments of `sparkify_harness.airflow.deployment.Deployment`.
    """
    from sparkify_harness.airflow.deployment import Deployment  # noqa: PLC0415  # a plugin must load fast
    from sparkify_harness.objectstore import cache_folder  # noqa: PLC0415  # a plugin must load fast
    from sparkify_harness.stack import DAG_ID, USED_BY_TASKS  # noqa: PLC0415  # a plugin must load fast

    with ExitStack() as opened:

        def make(stack: "Stack", *dag_ids: str, **options: Any) -> "Deployment":
            chosen: dict[str, Any] = {"wiring": stack.wiring(), "preload": USED_BY_TASKS} | options
            home = tmp_path_factory.mktemp("airflow")
            deployment = Deployment(home, cache=cache_folder(), **chosen)
            opened.enter_context(deployment).wait_until_ready(*dag_ids or (DAG_ID,))
            return deployment

        yield make


def block_network(patch: pytest.MonkeyPatch) -> None:
    """Makes sockets and look-ups of names refuse everything beyond this machine.

    Args:
        patch: Undoes it.
    """
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded_method(getattr(socket.socket, name)))
    patch.setattr(socket.socket, "sendto", _guarded_method(socket.socket.sendto))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        patch.setattr(socket, name, _guarded_lookup(getattr(socket, name)))


def _guarded_method(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _check(arguments[-1][0])  # the address comes last, in sendto too
        return original(self, *arguments)

    return guarded


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        _check(host)
        return original(host, *arguments, **options)

    return guarded


def _check(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", "0.0.0.0", "::", socket.gethostname()}:  # noqa: S104  # all are here
        return
    try:
        if ipaddress.ip_address(str(name).partition("%")[0]).is_loopback:
            return
    except ValueError:
        pass
    raise NetworkBlockedError(
        f"a test wanted to reach {name}, which is not this machine ({BLOCK} in pytest's settings)"
    )


class Attendance:
    """Records which tests ran, and tells at the very end what had no part in the session."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._lanes = dict(_lane(line) for line in config.getini(LANES))
        self._ran: set[str] = set()
        self._skipped: Counter[tuple[str, str]] = Counter()
        self._collected: set[str] = set()
        self._deselected: set[str] = set()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """A test that could run."""
        self._collected.add(self._lane_of(item.nodeid))

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Tests that the command line leaves out."""
        self._deselected.update(self._lane_of(item.nodeid) for item in items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The end of a phase of a test."""
        lane = self._lane_of(report.nodeid)
        if report.skipped and not hasattr(report, "wasxfail"):
            self._skipped[lane, _reason(report)] += 1
        elif report.when == "call":
            self._ran.add(lane)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """Comes after everything that others write."""
        result = yield
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None and not self._config.option.collectonly:
            terminal.write_line(self.summary())
        return result

    def summary(self) -> str:
        """One line: lanes that did not run, skipped tests by reason, what this machine lacks."""
        parts = [
            f"lane {name} ({self._why(name)})" for name in self._lanes if name not in self._ran
        ]
        parts += [
            f"{count} in {lane}: {reason}"
            for (lane, reason), count in sorted(self._skipped.items())
        ]
        parts += _lacking()
        return "did not run: " + "; ".join(parts) if parts else "every lane and client ran"

    def _why(self, lane: str) -> str:
        if any(name == lane for name, _ in self._skipped):
            return "all skipped"
        if lane in self._deselected:
            return "deselected"
        if lane in self._collected:
            return "ended before it"
        there = any((self._config.rootpath / self._lanes[lane]).rglob("test_*.py"))
        return "not asked for" if there else "it has no tests yet"

    def _lane_of(self, nodeid: str) -> str:
        path = Path(nodeid.partition("::")[0])
        inside = (name for name, folder in self._lanes.items() if path.is_relative_to(folder))
        return next(inside, "other tests")


def _lane(line: str) -> tuple[str, str]:
    name, colon, folder = line.partition(":")
    if not colon or not folder.strip():
        raise pytest.UsageError(f"{LANES}: a line must be `name: folder`, not {line!r}")
    return name.strip(), folder.strip()


def _reason(report: pytest.TestReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def _lacking() -> list[str]:
    from sparkify_harness.machine import OPTIONALS  # noqa: PLC0415  # a plugin must load fast

    return [f"no {item.name} ({item.means})" for item in OPTIONALS if item.find() is None]

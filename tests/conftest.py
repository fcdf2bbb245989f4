"""How the tests are shared out between processes: what shares a server stays together."""

import gc
import signal

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# How long an example takes says nothing about the code when the machine is busy.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

pytest.register_assert_rewrite("tests.redshift.cases", "tests.redshift.copies")

LONGEST = "tests/pipeline/"
ONE_SERVER = "tests/monitoring/"
ONE_RUN = "tests/cli/"


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Each module is one piece of work, and so is the pipeline on each kind of object store, all
    that looks at one web server, and the command, most of whose tests look at one run of it.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.startswith(LONGEST):
            return "pipeline on MinIO" if "[minio" in nodeid else "pipeline on the embedded store"
        return next((one for one in (ONE_SERVER, ONE_RUN) if module.startswith(one)), module)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares the option of ``tests/unit/golden``."""
    parser.addoption(
        "--rewrite", action="store_true", help="write the golden files as the front end is now"
    )


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """Ours; xdist's own groups do nothing under pytest 9.2, which keeps node ids elsewhere."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest pieces are handed out first: then none is left to wait for at the end."""
    long = (LONGEST, ONE_RUN, ONE_SERVER)
    items.sort(key=lambda item: [item.nodeid.startswith(folder) for folder in long], reverse=True)


def pytest_configure() -> None:
    """In the background of a script Ctrl-C is ignored, by all that we start as well."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module", autouse=True)
def _little_to_collect() -> None:
    """What is there when a module begins is not looked at again by the collector of garbage.

    There are millions of objects towards the end, and tests that ask it to collect.
    """
    gc.collect()
    gc.freeze()

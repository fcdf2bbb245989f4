"""How the tests are shared out between processes: what shares a server stays together."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each module is one piece of work, and so is the pipeline on each kind of object store."""
    for item in items:
        module = item.nodeid.partition("::")[0]
        if module.startswith("tests/pipeline/"):
            kind = "minio" if item.get_closest_marker("minio") else "embedded"
            group = f"pipeline on {kind}"
        else:
            group = module
        item.add_marker(pytest.mark.xdist_group(group))

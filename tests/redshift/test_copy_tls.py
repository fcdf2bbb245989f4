"""COPY from a store that serves HTTPS with a certificate of an authority of its own."""

from collections.abc import Iterator

import pytest

from tests.objectstore.kinds import REAL_KINDS
from tests.redshift.copies import Copy, Loader, copies, loading_from

ROW = "a int, b varchar(20)"


@pytest.fixture(scope="module", params=REAL_KINDS)
def loader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loader]:
    with loading_from(request.param, tmp_path_factory.mktemp("tls"), tls=True) as opened:
        assert opened.lake.running.endpoint.url.startswith("https://")
        yield opened


@pytest.fixture(scope="module", params=REAL_KINDS)
def untold(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loader]:
    """The same, of whose authority the substitute was not told."""
    folder = tmp_path_factory.mktemp("untold")
    with loading_from(request.param, folder, tls=True, trusted=False) as opened:
        yield opened


@copies(
    Copy(
        "a prefix", ROW, {"d": "1|one", "d.1": "2|two"}, source="d", rows=[(1, "one"), (2, "two")]
    ),
    Copy(
        "jsonpaths",
        ROW,
        {"data": '{"x": 1, "Y": "one"}', "p": '{"jsonpaths": ["$.x", "$.Y"]}'},
        "JSON '$FOLDERp'",
        rows=[(1, "one")],
    ),
    Copy(
        "a prefix that matches nothing",
        ROW,
        {"d": "1|one"},
        source="e",
        error=("XX000", "The specified S3 prefix '$PREFIX' does not exist"),
    ),
)
def test_over_tls(case: Copy, loader: Loader) -> None:
    case.check(loader)


def test_a_role_over_tls(loader: Loader) -> None:
    folder = loader.lake.put({"data": "1|one\n"})
    loader.client.run(f"CREATE TABLE #t ({ROW})", f"COPY #t FROM '{folder}' IAM_ROLE default")
    assert loader.client.rows("SELECT * FROM #t") == [(1, "one")]
    loader.client.run("DROP TABLE #t")


def test_an_authority_that_is_not_known_is_refused_and_named_as_the_reason(untold: Loader) -> None:
    folder = untold.lake.put({"data": "1|one\n"})
    untold.client.run(f"CREATE TABLE #t ({ROW})")
    seen = untold.refused("#t", folder)
    assert seen.sqlstate == "XX000"
    assert seen.message.startswith(
        f"S3ServiceException:SSL validation failed for {untold.lake.running.endpoint.url}/"
    )
    assert "CERTIFICATE_VERIFY_FAILED" in seen.message
    assert "was started without --s3-ca-file" in seen.message
    assert untold.client.rows("SELECT count(*) FROM #t") == [(0,)]
    untold.client.run("DROP TABLE #t")

"""What the compose file promises: nothing open, nothing root, nothing unpinned, no password."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sparkify_harness.certificates import IMAGE_AUTHORITY, Certificates
from sparkify_harness.compose.project import COMPOSE_FILE
from sparkify_harness.compose.services import ONE_SHOTS, SERVICES
from sparkify_harness.compose.settings import PLAIN, PORTS, SECRETS

TEXT = COMPOSE_FILE.read_text(encoding="utf-8")
FOUND: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
USES = re.findall(r"\$\{([A-Z0-9_]+)([^}]*)\}", TEXT)
OWN_HEALTH = {"redshift"}
"""Services whose image brings its health check."""


def test_its_services_are_those_that_are_waited_for() -> None:
    assert set(FOUND) == {*SERVICES, *ONE_SHOTS, "flower"}


@pytest.mark.parametrize("name", FOUND)
def test_a_service_is_hardened(name: str) -> None:
    service = FOUND[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["mem_limit"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted({*SERVICES, "flower"} - OWN_HEALTH))
def test_a_service_that_stays_is_asked_for_its_health(name: str) -> None:
    assert FOUND[name]["healthcheck"]["test"]
    assert FOUND[name]["restart"] == "unless-stopped"


def test_ports_are_published_on_the_chosen_address_alone() -> None:
    published = [port for service in FOUND.values() for port in service.get("ports", [])]
    assert len(published) == len(PORTS)
    for port in published:
        assert re.fullmatch(r"\$\{SPARKIFY_BIND:-127\.0\.0\.1\}:\$\{[A-Z0-9_]+:-\d+\}:\d+", port)


def test_what_has_a_port_waits_for_the_check_of_the_address() -> None:
    def waits(name: str) -> bool:
        needs = FOUND[name].get("depends_on", {})
        return "address-check" in needs or any(map(waits, needs))

    assert all(waits(name) for name, service in FOUND.items() if service.get("ports"))


def mounts(name: str) -> list[str]:
    """How a service has the volume with the certificates."""
    volumes = (volume.split(":") for volume in FOUND[name].get("volumes", []))
    return [":".join(rest) for source, *rest in volumes if source == "tls"]


def test_certificates_are_made_before_anybody_reads_them() -> None:
    def waits(name: str) -> bool:
        needs = FOUND[name].get("depends_on", {})
        done = {"condition": "service_completed_successfully"}
        return needs.get("certificates") == done or any(map(waits, needs))

    assert mounts("certificates") == [str(Path(IMAGE_AUTHORITY).parent)]
    readers = [name for name in FOUND if mounts(name) and name != "certificates"]
    assert {"redshift", "airflow-init", "worker", "api-server"} <= set(readers)
    for name in readers:
        assert waits(name), name
        assert mounts(name)[0].endswith(":ro"), name


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "PGSSLROOTCERT"])
def test_airflow_trusts_the_warehouse(variable: str) -> None:
    names = {path.name for path in dataclasses.astuple(Certificates.within(Path()))}
    for name in ("worker", "api-server", "scheduler"):
        trusted = Path(FOUND[name]["environment"][variable])
        assert mounts(name) == [f"{trusted.parent}:ro"]
        assert trusted.name in names


def test_the_warehouse_is_called_by_the_names_of_its_certificate() -> None:
    folder, *names = FOUND["certificates"]["command"]
    assert folder == str(Path(IMAGE_AUTHORITY).parent)
    assert names == ["redshift", "${SPARKIFY_BIND:-127.0.0.1}"]
    dockerfile = (COMPOSE_FILE.parent / "docker" / "redshift" / "Dockerfile").read_text()
    assert f'"--tls", "{folder}"' in dockerfile


def test_what_stays_fits_into_four_gigabytes() -> None:
    units = {"m": 1, "g": 1024}
    limits = (FOUND[name]["mem_limit"] for name in SERVICES)
    assert sum(int(limit[:-1]) * units[limit[-1]] for limit in limits) <= 4096


def test_secrets_have_no_default() -> None:
    assert set(SECRETS) <= {name for name, _ in USES}
    for name, default in USES:
        if name in SECRETS:
            assert default in {"", ':?run "sparkify stack init" first'}, name


def test_defaults_are_those_of_the_settings() -> None:
    for name, default in USES:
        if name in PLAIN:
            assert default.lstrip(":").lstrip("-") == PLAIN[name][0], name


def test_images_are_pinned() -> None:
    images = [default[2:] for name, default in USES if name.endswith("_IMAGE")]
    assert images
    for image in images:
        _, colon, tag = image.rpartition(":")
        assert colon, image
        assert re.search(r"\d", tag), image

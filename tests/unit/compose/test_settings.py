"""The stack's settings: random secrets, for their owner alone, in a file that Compose reads."""

from pathlib import Path

import pytest

from sparkify_harness.compose import settings
from sparkify_harness.compose.address import refusal
from sparkify_harness.compose.errors import SettingsError
from sparkify_harness.compose.settings import PLAIN, SECRETS, StackSettings
from sparkify_harness.locations import CHECKOUT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stack.env"


def test_a_new_file_is_for_its_owner_alone_and_complete(file: Path) -> None:
    made = settings.write(file)
    assert file.stat().st_mode & 0o777 == 0o600
    made.check()
    assert made == settings.read(file)
    assert all(made[name] == default for name, (default, _) in PLAIN.items())


def test_every_file_has_secrets_of_its_own(tmp_path: Path) -> None:
    one, two = (settings.write(tmp_path / name) for name in ("one", "two"))
    assert len({*one.secret_values(), *two.secret_values()}) == 2 * len(SECRETS)
    assert all(len(secret) >= 16 for secret in one.secret_values())


def test_secrets_are_not_in_what_is_printed_of_them(file: Path) -> None:
    made = settings.write(file)
    assert not [secret for secret in made.secret_values() if secret in repr(made)]


def test_a_file_that_is_there_is_kept(file: Path) -> None:
    before = settings.write(file)
    with pytest.raises(SettingsError, match=r"is there already.*--force"):
        settings.write(file)
    assert settings.read(file) == before
    assert settings.write(file, force=True)["REDIS_PASSWORD"] != before["REDIS_PASSWORD"]


def test_values_can_be_chosen(file: Path) -> None:
    made = settings.write(file, {"SPARKIFY_S3_PORT": "19000", "REDIS_IMAGE": "mine/redis:1"})
    assert made.url("SPARKIFY_S3_PORT") == "http://127.0.0.1:19000"
    assert made["REDIS_IMAGE"] == "mine/redis:1"


def test_a_missing_file_says_how_to_make_it(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no .*stack.env: sparkify stack init"):
        settings.read(file)


def test_a_missing_secret_is_named(file: Path) -> None:
    settings.write(file)
    lines = [line for line in file.read_text().splitlines() if not line.startswith("REDIS_PASS")]
    file.write_text("\n".join(lines))
    with pytest.raises(SettingsError, match=r"does not set REDIS_PASSWORD.*init --force"):
        settings.read(file).check()


def test_an_example_is_no_settings() -> None:
    with pytest.raises(SettingsError, match="does not set AIRFLOW_ADMIN_PASSWORD"):
        settings.read(CHECKOUT / ".env.example").check()


def test_the_example_is_what_the_code_says() -> None:
    assert (CHECKOUT / ".env.example").read_text(encoding="utf-8") == settings.example()


@pytest.mark.parametrize("text", ["A=1 2\nB='x'\n", '# c\n\nA=1 2\n  B="x"  \n'])
def test_lines_are_read_as_compose_reads_them(file: Path, text: str) -> None:
    file.write_text(text)
    assert settings.read(file).values == {"A": "1 2", "B": "x"}


@pytest.mark.parametrize(
    ("bind", "allow", "said"),
    [
        pytest.param("127.0.0.1", "no", None, id="loopback"),
        pytest.param("127.8.9.1", "no", None, id="another loopback"),
        pytest.param("::1", "no", None, id="loopback of IPv6"),
        pytest.param("0.0.0.0", "no", "opens the stack to the network", id="every address"),
        pytest.param("::", "no", "opens the stack to the network", id="every address of IPv6"),
        pytest.param("192.0.2.1", "no", "opens the stack to the network", id="one address"),
        pytest.param("0.0.0.0", "true", "SPARKIFY_ALLOW_REMOTE=yes", id="not quite yes"),
        pytest.param("0.0.0.0", "yes", None, id="asked for twice"),
        pytest.param("localhost", "yes", "must be an IP address", id="a name"),
        pytest.param("", "yes", "must be an IP address", id="nothing"),
    ],
)
def test_an_address_beyond_this_machine_is_asked_for_twice(
    bind: str, allow: str, said: str | None
) -> None:
    reason = refusal(bind, allow)
    assert reason is None if said is None else said in str(reason)


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"),
        ("0.0.0.0", "http://127.0.0.1:9000"),
        ("::1", "http://[::1]:9000"),
    ],
)
def test_addresses_as_this_machine_reaches_them(file: Path, bind: str, url: str) -> None:
    assert StackSettings(file, {"SPARKIFY_BIND": bind}).url("SPARKIFY_S3_PORT") == url

"""The data set that options ask for."""

import datetime as dt
from pathlib import Path

import pytest
import typer

from sparkify_fixtures import Settings, StoredObject, generate, write_folder
from sparkify_harness.commands.dataset import DataSet, choose

NOTHING = dict.fromkeys(("data", "days", "users", "songs", "seed", "start"))


def chosen(**options: object) -> DataSet:
    return choose(**NOTHING | options)


def test_the_default_has_the_size_of_the_public_data_set() -> None:
    data = chosen()
    assert (data.count, len(data.days)) == (1 + 71 + 30, 30)
    assert data.label.startswith("generated: 30 days, 2018-11-01 to 2018-11-30, 97 users")


def test_a_generated_set_is_that_of_its_settings_and_the_jsonpaths_file() -> None:
    data = chosen(days=2, users=5, songs=4, seed=9, start=dt.datetime(2020, 2, 29, tzinfo=dt.UTC))
    expected = generate(Settings(days=2, users=5, songs=4, seed=9, start=dt.date(2020, 2, 29)))
    first, *rest = data.objects()
    assert first.key == "log_json_path.json"
    assert rest == list(expected)
    assert data.count == 1 + len(rest)
    assert data.days == (dt.date(2020, 2, 29), dt.date(2020, 3, 1))


def test_a_folder_is_read_as_it_is(tmp_path: Path) -> None:
    objects = list(generate(Settings(days=3, users=3, songs=2)))
    stray = StoredObject("elsewhere/2018-12-24-events.json", b"{}")
    write_folder([*objects, stray], tmp_path)
    data = chosen(data=tmp_path)
    assert list(data.objects())[1:] == sorted(
        objects, key=lambda item: (item.key.startswith("log_data"), item.key)
    )
    assert data.count == 1 + len(objects)
    assert data.days == tuple(dt.date(2018, 11, day) for day in (1, 2, 3))


def test_a_folder_without_daily_logs_has_no_days(tmp_path: Path) -> None:
    write_folder(
        [StoredObject("log_data/a.json", b""), StoredObject("song_data/b.json", b"")], tmp_path
    )
    data = chosen(data=tmp_path)
    assert data.days == ()
    assert data.label == f"{tmp_path}: no daily logs"


@pytest.mark.parametrize("name", ["days", "users", "songs", "seed"])
def test_a_folder_takes_no_generator_option(name: str, tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=f"leave out --{name}"):
        chosen(data=tmp_path, **{name: 1})

"""SQL as public projects of this pipeline write it; none of it is ours to rewrite."""

from datetime import datetime
from typing import Any

import psycopg2
import pytest

from sparkify_harness.warehouse import Warehouse
from tests.redshift.clients import Client, Psycopg2

STAGING = """
DROP TABLE IF EXISTS staging_events; DROP TABLE IF EXISTS staging_songs;
CREATE TABLE IF NOT EXISTS staging_events (
    artist varchar(256), auth varchar(256), "firstName" varchar(256), gender varchar(1),
    "itemInSession" int4, lastname varchar(256), length numeric(18,0), "level" varchar(256),
    location varchar(256), "method" varchar(256), page varchar(256) distkey,
    registration numeric(18,0), sessionid int4, song varchar(256) sortkey, status int4, ts int8,
    useragent varchar(256), userid int4
) diststyle key;
CREATE TABLE staging_songs (
    num_songs int4, artist_id varchar(256), artist_name varchar(512),
    artist_latitude numeric(18,0), artist_longitude numeric(18,0),
    artist_location varchar(512), song_id varchar(256), title varchar(512),
    duration numeric(18,0), "year" int4
);
INSERT INTO staging_events VALUES
    ('Elena', 'Logged In', 'Lily', 'F', 5, 'Koch', 269.58322, 'paid', 'Chicago', 'PUT',
     'NextSong', 1541048010796, 818, 'Setanta matins', 200, 1542837407796, 'Mozilla', 15),
    ('Elena', 'Logged In', 'Lily', 'F', 5, 'Koch', 269.58322, 'paid', 'Chicago', 'PUT',
     'NextSong', 1541048010796, 818, 'Setanta matins', 200, 1542837407796, 'Mozilla', 15),
    (NULL, 'Logged In', 'Lily', 'F', 6, 'Koch', NULL, 'paid', 'Chicago', 'GET', 'Home',
     1541048010796, 818, NULL, 200, 1542837500796, 'Mozilla', 15);
INSERT INTO staging_songs VALUES
    (1, 'AR5KOSW1187FB35FF4', 'Elena', 49.80388, 15.47491, 'Dubai UAE', 'SOZCTXZ12AB0182364',
     'Setanta matins', 269.58322, 0);
"""
START = datetime.fromisoformat("2018-11-21T21:56:47")


@pytest.fixture
def session(warehouse: Warehouse, sql: Client) -> Any:
    """psycopg2 as PostgresHook uses it: everything as one string of many statements."""
    sql.run("SELECT 1")  # what is made here is cleaned up with it
    client = Psycopg2(warehouse)
    client.rows(STAGING)
    yield client
    client.close()


def test_songplays_by_md5_of_a_number_and_a_timestamp(session: Client) -> None:
    session.run(
        "CREATE TABLE songplays (playid varchar(32) NOT NULL, start_time timestamp NOT NULL, "
        "userid int4 NOT NULL, level varchar(256), songid varchar(256), artistid varchar(256), "
        "sessionid int4, location varchar(256), user_agent varchar(256), "
        "CONSTRAINT songplays_pkey PRIMARY KEY (playid))",
        """INSERT INTO songplays
        SELECT md5(events.sessionid || events.start_time) songplay_id, events.start_time,
            events.userid, events.level, songs.song_id, songs.artist_id, events.sessionid,
            events.location, events.useragent
        FROM (SELECT TIMESTAMP 'epoch' + ts/1000 * interval '1 second' AS start_time, *
              FROM staging_events WHERE page='NextSong') events
        LEFT JOIN staging_songs songs
            ON events.song = songs.title AND events.artist = songs.artist_name
            AND events.length = songs.duration""",
    )
    rows = session.rows("SELECT playid, start_time, songid, level FROM songplays")
    # md5 of '8182018-11-21 21:56:47'
    assert rows == [("53a6da35b5fb2e5373d4492a592e11c9", START, "SOZCTXZ12AB0182364", "paid")] * 2


def test_the_time_table_by_extract(session: Client) -> None:
    session.run(
        'CREATE TABLE "time" (start_time timestamp NOT NULL, "hour" int4, "day" int4, week int4, '
        '"month" varchar(256), "year" int4, weekday varchar(256), '
        "CONSTRAINT time_pkey PRIMARY KEY (start_time))",
        """INSERT INTO "time"
        SELECT start_time, extract(hour from start_time), extract(day from start_time),
            extract(week from start_time), extract(month from start_time),
            extract(year from start_time), extract(dayofweek from start_time)
        FROM (SELECT DISTINCT TIMESTAMP 'epoch' + ts/1000 * INTERVAL '1 second' AS start_time
              FROM staging_events WHERE page = 'NextSong')""",
    )
    assert session.rows('SELECT * FROM "time"') == [(START, 21, 21, 47, "11", 2018, "3")]
    assert session.rows("SELECT extract(weekday FROM start_time) FROM time") == [(3,)]


def test_identity_and_keys(session: Client) -> None:
    session.run(
        "CREATE TABLE IF NOT EXISTS songplays (songplay_id BIGINT IDENTITY(0,1) PRIMARY KEY, "
        "start_time TIMESTAMP SORTKEY, user_id INT DISTKEY)",
        "CREATE TABLE users (user_id INT PRIMARY KEY, first_name VARCHAR) DISTSTYLE ALL",
        "INSERT INTO songplays (start_time, user_id) SELECT DISTINCT TIMESTAMP 'epoch' + ts/1000 * "
        "INTERVAL '1 second' AS start_time, userid FROM staging_events WHERE page = 'NextSong'",
        'INSERT INTO users SELECT userid, "firstName" FROM staging_events '
        "WHERE userid IS NOT NULL AND page = 'NextSong'",
    )
    assert session.rows("SELECT count(songplay_id), count(*) FROM songplays") == [(1, 1)]
    assert session.rows("SELECT * FROM users") == [(15, "Lily"), (15, "Lily")]


def test_the_latest_level_of_a_user_by_a_window(session: Client) -> None:
    rows = session.rows(
        "SELECT userid, level FROM (SELECT userid, level, row_number() OVER (PARTITION BY userid "
        "ORDER BY ts DESC) AS rank FROM staging_events) WHERE rank = 1"
    )
    assert rows == [(15, "paid")]


def test_lateral_aliases(session: Client) -> None:
    rows = session.rows(
        "SELECT DISTINCT TIMESTAMP 'epoch' + ts/1000 * INTERVAL '1 second' AS start_time, "
        "EXTRACT(hour FROM start_time) AS hour, hour + 1 AS next FROM staging_events "
        "WHERE page = 'NextSong'"
    )
    assert rows == [(START, 21, 22)]


def test_delete_using_a_sub_query(session: Client) -> None:
    session.run(
        "CREATE TABLE users (user_id int, level varchar)",
        "INSERT INTO users VALUES (15, 'free'), (16, 'free')",
        "BEGIN TRANSACTION",
        "DELETE FROM users USING (SELECT DISTINCT userid FROM staging_events) AS s "
        "WHERE users.user_id = s.userid",
        "INSERT INTO users SELECT DISTINCT userid, level FROM staging_events",
        "END TRANSACTION",
    )
    assert session.rows("SELECT * FROM users ORDER BY 1") == [(15, "paid"), (16, "free")]


def test_numeric_without_scale_rounds_as_on_redshift(session: Client) -> None:
    rows = session.rows("SELECT DISTINCT length, duration FROM staging_events, staging_songs "
                        "WHERE length IS NOT NULL")  # fmt: skip
    assert [(int(a), int(b)) for a, b in rows] == [(270, 270)]


def test_data_quality_checks(session: Client) -> None:
    assert session.rows("SELECT COUNT(*) FROM staging_events") == [(3,)]
    assert session.rows("SELECT COUNT(*) FROM staging_songs WHERE song_id IS NULL") == [(0,)]


def test_many_statements_with_a_transaction_in_one_string(session: Client) -> None:
    rows = session.rows(
        "BEGIN; TRUNCATE staging_songs; INSERT INTO staging_songs (song_id) VALUES ('a'); COMMIT; "
        "SELECT song_id FROM staging_songs"
    )
    assert rows == [("a",)]


def test_a_failure_in_the_middle_of_a_string_undoes_its_beginning(
    warehouse: Warehouse, session: Client
) -> None:
    with psycopg2.connect(warehouse.dsn(with_password=True)) as connection:
        connection.autocommit = True
        with pytest.raises(psycopg2.errors.UndefinedTable):
            connection.cursor().execute(
                "INSERT INTO staging_songs (song_id) VALUES ('b'); INSERT INTO nowhere VALUES (1)"
            )
    connection.close()
    assert session.rows("SELECT count(*) FROM staging_songs") == [(1,)]

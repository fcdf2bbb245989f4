CREATE TABLE IF NOT EXISTS {{ table('weekly_top_songs') }} (
    week_start  DATE          NOT NULL,
    place       SMALLINT      NOT NULL,
    song_id     VARCHAR(64)   NOT NULL,
    title       VARCHAR(1024),
    artist_name VARCHAR(1024),
    plays       INTEGER       NOT NULL,
    listeners   INTEGER       NOT NULL,
    PRIMARY KEY (week_start, place)
)
DISTSTYLE ALL
SORTKEY (week_start);

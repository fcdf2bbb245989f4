-- All tables, in one transaction. Keys are informational in Redshift: the loads keep them, the
-- quality checks prove them. VARCHAR lengths are bytes: a longer value fails its COPY.

CREATE TABLE IF NOT EXISTS {{ table('staging_events') }} (
    artist          VARCHAR(1024),
    auth            VARCHAR(64),
    first_name      VARCHAR(256),
    gender          VARCHAR(16),
    item_in_session INTEGER,
    last_name       VARCHAR(256),
    length          DOUBLE PRECISION,
    level           VARCHAR(16),
    location        VARCHAR(1024),
    method          VARCHAR(16),
    page            VARCHAR(64),
    registration    DOUBLE PRECISION,
    session_id      INTEGER,
    song            VARCHAR(1024),
    status          SMALLINT,
    ts              BIGINT,
    user_agent      VARCHAR(1024),
    user_id         INTEGER
)
DISTSTYLE EVEN;

CREATE TABLE IF NOT EXISTS {{ table('staging_songs') }} (
    num_songs        INTEGER,
    artist_id        VARCHAR(64),
    artist_latitude  DOUBLE PRECISION,
    artist_longitude DOUBLE PRECISION,
    artist_location  VARCHAR(1024),
    artist_name      VARCHAR(1024),
    song_id          VARCHAR(64),
    title            VARCHAR(1024),
    duration         DOUBLE PRECISION,
    year             SMALLINT
)
DISTSTYLE EVEN;

CREATE TABLE IF NOT EXISTS {{ table('songplays') }} (
    songplay_id VARCHAR(32) NOT NULL,
    start_time  TIMESTAMP   NOT NULL,
    user_id     INTEGER,
    level       VARCHAR(16),
    song_id     VARCHAR(64),
    artist_id   VARCHAR(64),
    session_id  INTEGER     NOT NULL,
    location    VARCHAR(1024),
    user_agent  VARCHAR(1024),
    PRIMARY KEY (songplay_id)
)
DISTSTYLE KEY
DISTKEY (user_id)
SORTKEY (start_time);

CREATE TABLE IF NOT EXISTS {{ table('users') }} (
    user_id    INTEGER   NOT NULL,
    first_name VARCHAR(256),
    last_name  VARCHAR(256),
    gender     VARCHAR(16),
    level      VARCHAR(16),
    level_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id)
)
DISTSTYLE KEY
DISTKEY (user_id)
SORTKEY (user_id);

CREATE TABLE IF NOT EXISTS {{ table('songs') }} (
    song_id   VARCHAR(64) NOT NULL,
    title     VARCHAR(1024),
    artist_id VARCHAR(64),
    year      SMALLINT,
    duration  DOUBLE PRECISION,
    PRIMARY KEY (song_id)
)
DISTSTYLE ALL
SORTKEY (song_id);

CREATE TABLE IF NOT EXISTS {{ table('artists') }} (
    artist_id VARCHAR(64) NOT NULL,
    name      VARCHAR(1024),
    location  VARCHAR(1024),
    latitude  DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    PRIMARY KEY (artist_id)
)
DISTSTYLE ALL
SORTKEY (artist_id);

CREATE TABLE IF NOT EXISTS {{ table('time') }} (
    start_time TIMESTAMP NOT NULL,
    hour       SMALLINT  NOT NULL,
    day        SMALLINT  NOT NULL,
    week       SMALLINT  NOT NULL,
    month      SMALLINT  NOT NULL,
    year       SMALLINT  NOT NULL,
    weekday    SMALLINT  NOT NULL,
    PRIMARY KEY (start_time)
)
DISTSTYLE ALL
SORTKEY (start_time);

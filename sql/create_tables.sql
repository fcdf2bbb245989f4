-- All tables, in one transaction. Keys are informational in Redshift: the loads keep them, the
-- quality checks prove them. VARCHAR lengths are bytes: a longer value fails its COPY.
-- load_audit comes first, as it does in every LOCK: nobody waits for it while holding another.

CREATE TABLE IF NOT EXISTS {{ table('load_audit') }} (
    load_id       BIGINT       NOT NULL,
    dag_id        VARCHAR(250),
    run_id        VARCHAR(250),
    task_id       VARCHAR(250),
    target        VARCHAR(127) NOT NULL,
    outcome       VARCHAR(16)  NOT NULL,
    log_day       DATE,
    object_key    VARCHAR(1024),
    etag          VARCHAR(64),
    last_modified TIMESTAMP,
    bytes         BIGINT,
    rows_read     BIGINT,
    rows_loaded   BIGINT,
    rows_rejected BIGINT,
    source_load   BIGINT,
    started_at    TIMESTAMP,
    loaded_at     TIMESTAMP,
    seconds       DOUBLE PRECISION,
    PRIMARY KEY (load_id)
)
DISTSTYLE ALL
SORTKEY (load_id);

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
    user_id         INTEGER,
    log_day         DATE,
    log_key         VARCHAR(1024)
)
DISTSTYLE EVEN
SORTKEY (log_day);

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

-- Plays of earlier versions of logs, until every table has taken notice that they are gone.
CREATE TABLE IF NOT EXISTS {{ table('withdrawn_plays') }} (
    load_id         BIGINT        NOT NULL,
    songplay_id     VARCHAR(32)   NOT NULL,
    session_id      INTEGER       NOT NULL,
    item_in_session INTEGER       NOT NULL,
    ts              BIGINT        NOT NULL,
    start_time      TIMESTAMP     NOT NULL,
    user_id         INTEGER,
    first_name      VARCHAR(256),
    last_name       VARCHAR(256),
    gender          VARCHAR(16),
    level           VARCHAR(16),
    song            VARCHAR(1024),
    artist          VARCHAR(1024),
    length          DOUBLE PRECISION,
    location        VARCHAR(1024),
    user_agent      VARCHAR(1024)
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

CREATE TABLE IF NOT EXISTS {{ table('data_quality_results') }} (
    dag_id       VARCHAR(250),
    run_id       VARCHAR(250),
    task_id      VARCHAR(250),
    log_day      DATE,
    load_id      BIGINT,
    check_name   VARCHAR(512),
    table_name   VARCHAR(127),
    severity     VARCHAR(8),
    verdict      VARCHAR(8),
    failing_rows BIGINT,
    expectation  VARCHAR(1024),
    actual       VARCHAR(4096),
    seconds      DOUBLE PRECISION,
    checked_at   TIMESTAMP
)
DISTSTYLE ALL
SORTKEY (checked_at);

{#- The plays in the landing area, for the loads to include as a sub-query.

A play without session, item or time has no identity and cannot be loaded; the quality check
staged_plays_missing.sql reports it. `ts` counts milliseconds: the seconds come by integer division,
the rest is added, so that the time is exact. -#}
SELECT
    log_day,
    log_key,
    MD5(CAST(session_id AS VARCHAR) || '-' || CAST(item_in_session AS VARCHAR)) AS songplay_id,
    session_id,
    item_in_session,
    ts,
    DATEADD(
        ms,
        CAST(MOD(ts, 1000) AS INTEGER),
        TIMESTAMP 'epoch' + ts / 1000 * INTERVAL '1 second'
    ) AS start_time,
    user_id,
    first_name,
    last_name,
    gender,
    level,
    song,
    artist,
    length,
    location,
    user_agent
FROM {{ table('staging_events') }}
WHERE page = 'NextSong'
    AND session_id IS NOT NULL
    AND item_in_session IS NOT NULL
    AND ts IS NOT NULL

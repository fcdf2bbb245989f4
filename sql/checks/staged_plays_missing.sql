-- Staged plays that are not among the songplays: those without identity, and those whose session
-- and item another play has.
SELECT
    events.session_id,
    events.item_in_session,
    events.ts,
    events.user_id
FROM {{ judged('staging_events') }} AS events
LEFT JOIN {{ table('songplays') }} AS plays
    ON plays.songplay_id
        = MD5(CAST(events.session_id AS VARCHAR) || '-' || CAST(events.item_in_session AS VARCHAR))
    AND plays.start_time
        = DATEADD(
            ms,
            CAST(MOD(events.ts, 1000) AS INTEGER),
            TIMESTAMP 'epoch' + events.ts / 1000 * INTERVAL '1 second'
        )
WHERE events.page = 'NextSong'
    AND plays.songplay_id IS NULL

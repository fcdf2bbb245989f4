-- The ten songs of each ISO week that were played most; of several, the lowest song_id first.
WITH weekly AS (
    SELECT
        CAST(DATE_TRUNC('week', plays.start_time) AS DATE) AS week_start,
        plays.song_id,
        COUNT(*) AS times,
        COUNT(DISTINCT plays.user_id) AS listeners
    FROM {{ table('songplays') }} AS plays
    WHERE plays.song_id IS NOT NULL
    GROUP BY 1, 2
),
ranked AS (
    SELECT
        week_start,
        song_id,
        times,
        listeners,
        ROW_NUMBER() OVER (PARTITION BY week_start ORDER BY times DESC, song_id) AS place
    FROM weekly
)
SELECT
    ranked.week_start,
    ranked.place,
    ranked.song_id,
    songs.title,
    artists.name AS artist_name,
    ranked.times AS plays,
    ranked.listeners
FROM ranked
JOIN {{ table('songs') }} AS songs ON songs.song_id = ranked.song_id
LEFT JOIN {{ table('artists') }} AS artists ON artists.artist_id = songs.artist_id
WHERE ranked.place <= 10

-- One row per song; of several, the lowest by all columns. Comparison ignores trailing
-- blanks, so that the length decides between titles that differ in nothing else.
WITH ranked AS (
    SELECT
        song_id,
        title,
        artist_id,
        year,
        duration,
        ROW_NUMBER() OVER (
            PARTITION BY song_id
            ORDER BY title, artist_id, year, duration, LEN(title)
        ) AS choice
    FROM {{ table('staging_songs') }}
    WHERE song_id IS NOT NULL
)
SELECT song_id, title, artist_id, year, duration
FROM ranked
WHERE choice = 1

-- One row per artist: from the song file that knows most about the place, then from the lowest
-- song_id. The landing area has all song files, so the choice does not depend on their order.
WITH ranked AS (
    SELECT
        artist_id,
        artist_name,
        artist_location,
        artist_latitude,
        artist_longitude,
        ROW_NUMBER() OVER (
            PARTITION BY artist_id
            ORDER BY
                CASE WHEN artist_location IS NULL OR artist_location = '' THEN 0 ELSE 1 END
                + CASE WHEN artist_latitude IS NULL THEN 0 ELSE 1 END
                + CASE WHEN artist_longitude IS NULL THEN 0 ELSE 1 END DESC,
                song_id,
                artist_name,
                artist_location,
                artist_latitude,
                artist_longitude,
                LEN(artist_name),
                LEN(artist_location)
        ) AS choice
    FROM {{ table('staging_songs') }}
    WHERE artist_id IS NOT NULL
)
SELECT
    artist_id,
    artist_name AS name,
    artist_location AS location,
    artist_latitude AS latitude,
    artist_longitude AS longitude
FROM ranked
WHERE choice = 1

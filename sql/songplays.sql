-- One row per play, whatever the day it came with: the key follows from session and item.
-- Where several songs match, the lowest song_id; where a play was logged twice, the first.
WITH matched AS (
    SELECT
        plays.songplay_id,
        plays.session_id,
        plays.start_time,
        plays.user_id,
        plays.level,
        songs.song_id,
        songs.artist_id,
        plays.location,
        plays.user_agent,
        ROW_NUMBER() OVER (
            PARTITION BY plays.session_id, plays.item_in_session
            ORDER BY
                plays.start_time,
                plays.user_id,
                plays.level,
                songs.song_id,
                songs.artist_id,
                plays.location,
                plays.user_agent
        ) AS choice
    FROM plays
    LEFT JOIN {{ table('staging_songs') }} AS songs
        ON songs.title = plays.song
        AND songs.artist_name = plays.artist
        AND songs.duration = plays.length
)
SELECT
    songplay_id,
    start_time,
    user_id,
    level,
    song_id,
    artist_id,
    session_id,
    location,
    user_agent
FROM matched
WHERE choice = 1

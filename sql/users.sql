-- One row per user, as the latest play in the landing area shows it, in whatever order days came.
WITH ranked AS (
    SELECT
        user_id,
        first_name,
        last_name,
        gender,
        level,
        start_time AS level_at,
        ROW_NUMBER() OVER (
            PARTITION BY user_id
            ORDER BY
                start_time DESC,
                session_id DESC,
                item_in_session DESC,
                level,
                first_name,
                last_name,
                gender
        ) AS recency
    FROM plays
    WHERE user_id IS NOT NULL
)
SELECT user_id, first_name, last_name, gender, level, level_at
FROM ranked
WHERE recency = 1

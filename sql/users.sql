-- The latest play seen decides a user's row. A play older than the one that the table knows
-- changes nothing, so days may come in any order.
WITH plays AS (
{% include 'staged_plays.sql' %}
),
ranked AS (
    SELECT
        user_id,
        first_name,
        last_name,
        gender,
        level,
        start_time AS level_at,
        ROW_NUMBER() OVER (
            PARTITION BY user_id
            ORDER BY start_time DESC, session_id DESC, item_in_session DESC
        ) AS recency
    FROM plays
    WHERE user_id IS NOT NULL
)
SELECT
    latest.user_id,
    latest.first_name,
    latest.last_name,
    latest.gender,
    latest.level,
    latest.level_at
FROM ranked AS latest
LEFT JOIN {{ table('users') }} AS known ON known.user_id = latest.user_id
WHERE latest.recency = 1
    AND (known.level_at IS NULL OR known.level_at <= latest.level_at)

-- Logs of which staging_events has not the rows that their latest load recorded in load_audit.
WITH staged AS (
    SELECT log_key, COUNT(*) AS events
    FROM {{ table('staging_events') }}
    WHERE {{ scope('staging_events') }}
    GROUP BY log_key
),
loads AS (
    SELECT
        object_key,
        rows_loaded,
        ROW_NUMBER() OVER (PARTITION BY object_key ORDER BY load_id DESC) AS age
    FROM {{ table('load_audit') }}
    WHERE target = 'staging_events'
        AND outcome <> 'older'
)
SELECT
    staged.events,
    loads.rows_loaded,
    staged.log_key
FROM staged
LEFT JOIN loads ON loads.object_key = staged.log_key AND loads.age = 1
WHERE loads.rows_loaded IS NULL
    OR loads.rows_loaded <> staged.events

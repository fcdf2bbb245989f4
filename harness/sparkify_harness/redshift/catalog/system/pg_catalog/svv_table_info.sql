-- database varchar(128)
-- schema varchar(128)
-- table_id oid
-- table varchar(128)
-- encoded varchar(32)
-- diststyle varchar(256)
-- sortkey1 varchar(128)
-- max_varchar int4
-- sortkey_num int4
-- size int8
-- empty int8
-- tbl_rows numeric(38,0)
-- estimated_visible_rows numeric(38,0)
-- without: sortkey1_enc pct_used unsorted stats_off skew_sortkey1 skew_rows risk_event
-- without: vacuum_sort_benefit create_time

SELECT d.name, r.schema, r.oid, r.name,
    CASE WHEN bool_or(c.encoding <> 'none') THEN 'Y' ELSE 'N' END,
    CASE r.diststyle
        WHEN 'KEY' THEN 'KEY(' || max(CASE WHEN c.distkey THEN c.name END) || ')'
        WHEN 'AUTO' THEN 'AUTO(ALL)'
        ELSE r.diststyle
    END,
    max(CASE WHEN abs(c.sortkey) = 1 THEN c.name END),
    coalesce(max(CASE WHEN c.type_name = 'character varying' THEN c.length END), 0),
    count(*) FILTER (c.sortkey <> 0), 1, 0, n.rows, n.rows
FROM _relations AS r
JOIN _columns AS c ON c.relation = r.oid
JOIN _row_counts AS n ON n.relation = r.oid
CROSS JOIN _databases AS d
WHERE n.rows > 0
GROUP BY d.name, r.schema, r.oid, r.name, r.diststyle, n.rows

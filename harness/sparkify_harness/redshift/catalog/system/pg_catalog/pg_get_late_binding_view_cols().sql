-- view_schema name
-- view_name name
-- col_name name
-- col_type varchar(128)
-- col_num int4

SELECT r.schema, r.name, c.name, c.type, c.number
FROM _late_columns AS c
JOIN _relations AS r ON r.oid = c.relation
ORDER BY r.schema, r.name, c.number

-- objoid oid
-- classoid oid
-- objsubid int4
-- description varchar(65535)

SELECT r.oid, 1259, 0, r.comment
FROM _relations AS r
WHERE r.comment IS NOT NULL
UNION ALL
SELECT c.relation, 1259, c.number, c.comment
FROM _columns AS c
WHERE c.comment IS NOT NULL

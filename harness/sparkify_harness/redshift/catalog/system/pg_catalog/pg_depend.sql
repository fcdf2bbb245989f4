-- classid oid
-- objid oid
-- objsubid int4
-- refclassid oid
-- refobjid oid
-- refobjsubid int4
-- deptype char(1)

SELECT 2618, rule, 0, 1259, relation, 0, CASE WHEN relation = view THEN 'i' ELSE 'n' END
FROM _dependencies

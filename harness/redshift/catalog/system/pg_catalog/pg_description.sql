-- objoid oid
-- classoid oid
-- objsubid int4
-- description varchar(65535)

SELECT 0, 0, 0, '' WHERE false

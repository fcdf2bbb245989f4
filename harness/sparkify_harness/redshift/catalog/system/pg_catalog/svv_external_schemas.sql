-- esoid oid
-- eskind int4
-- schemaname name
-- esowner int4
-- databasename varchar(65535)
-- esoptions varchar(65535)

SELECT 0, 0, '', 0, '', '' WHERE false

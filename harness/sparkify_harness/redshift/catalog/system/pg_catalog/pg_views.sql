-- schemaname name
-- viewname name
-- viewowner name
-- definition varchar(65535)

SELECT schema, name, owner, definition FROM _relations WHERE kind <> 'table'

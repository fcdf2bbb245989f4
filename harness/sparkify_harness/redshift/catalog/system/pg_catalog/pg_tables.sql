-- schemaname name
-- tablename name
-- tableowner name
-- tablespace name
-- hasindexes bool
-- hasrules bool
-- hastriggers bool

SELECT schema, name, owner, NULL, false, false, false FROM _relations WHERE kind = 'table'

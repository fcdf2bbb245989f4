-- usename name
-- usesysid int4
-- usecreatedb bool
-- usesuper bool
-- usecatupd bool
-- without: passwd valuntil useconfig

SELECT name, id, true, true, true FROM _users

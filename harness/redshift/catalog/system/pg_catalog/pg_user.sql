-- usename name
-- usesysid int4
-- usecreatedb bool
-- usesuper bool
-- usecatupd bool
-- absent: passwd valuntil useconfig

SELECT name, id, true, true, true FROM _users

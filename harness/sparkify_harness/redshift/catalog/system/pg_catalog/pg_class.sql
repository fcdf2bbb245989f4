-- oid oid
-- relname name
-- relnamespace oid
-- relowner int4
-- relkind char(1)
-- relnatts int2
-- reltuples float8
-- reldiststyle int2
-- relhasindex bool
-- without: reltype relam relfilenode reltablespace relpages reltoastrelid reltoastidxid
-- without: relisshared relexternid relisreplicated relchecks reltriggers relukeys relfkeys
-- without: relrefs relhasoids relhaspkey relhasrules relhassubclass relacl

SELECT r.oid, r.name, s.oid, 100,
    CASE r.kind WHEN 'table' THEN 'r' ELSE 'v' END,
    (SELECT count(*) FROM _columns AS c WHERE c.relation = r.oid),
    0.001,
    CASE r.diststyle WHEN 'EVEN' THEN 0 WHEN 'KEY' THEN 1 WHEN 'ALL' THEN 8 ELSE 9 END,
    false
FROM _relations AS r
LEFT JOIN _schemas AS s ON s.name = r.schema
UNION ALL
SELECT k.index, k.name, s.oid, 100, 'i', len(k.columns), 0.001, 0, false
FROM _constraints AS k
JOIN _relations AS r ON r.oid = k.relation
LEFT JOIN _schemas AS s ON s.name = r.schema
WHERE k.kind <> 'FOREIGN KEY'

-- oid oid
-- proname name
-- pronamespace oid
-- proowner int4
-- prolang oid
-- proretset bool
-- pronargs int2
-- prorettype oid
-- without: proisagg prosecdef proisstrict provolatile proargtypes proargnames prosrc probin
-- without: proacl

SELECT 0, '', 0, 0, 0, false, 0, 0 WHERE false

-- oid oid
-- proname name
-- pronamespace oid
-- proowner int4
-- prolang oid
-- proretset bool
-- pronargs int2
-- prorettype oid

SELECT 0, '', 0, 0, 0, false, 0, 0 WHERE false

-- prooid oid
-- proname name
-- pronamespace oid
-- proowner int4
-- prolang oid
-- proretset bool
-- pronargs int2
-- prorettype oid
-- prokind char(1)
-- proargmodes text
-- prosrc text
-- without: proisagg prosecdef proisstrict provolatile proargtypes proargnames
-- without: proallargtypes probin proacl

SELECT 0, '', 0, 0, 0, false, 0, 0, '', '', '' WHERE false

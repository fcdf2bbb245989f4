-- specific_catalog varchar(128)
-- specific_schema varchar(128)
-- specific_name varchar(128)
-- routine_catalog varchar(128)
-- routine_schema varchar(128)
-- routine_name varchar(128)
-- routine_type varchar(128)
-- data_type varchar(128)

SELECT '', '', '', '', '', '', '', '' WHERE false

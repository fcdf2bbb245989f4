-- adrelid oid
-- adnum int2
-- adsrc varchar(4000)
-- without: adbin

SELECT relation, number, default_text FROM _columns WHERE default_text IS NOT NULL

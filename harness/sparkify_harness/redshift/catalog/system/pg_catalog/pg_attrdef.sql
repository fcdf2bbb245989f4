-- adrelid oid
-- adnum int2
-- adbin text
-- adsrc varchar(4000)

SELECT relation, number, default_text, default_text FROM _columns WHERE default_text IS NOT NULL

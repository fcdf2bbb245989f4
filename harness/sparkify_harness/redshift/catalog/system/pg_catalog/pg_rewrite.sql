-- rulename name
-- ev_class oid
-- ev_attr int2
-- ev_type char(1)
-- is_instead bool
-- oid oid
-- without: ev_qual ev_action

SELECT DISTINCT '_RETURN', view, -1, '1', true, rule FROM _dependencies

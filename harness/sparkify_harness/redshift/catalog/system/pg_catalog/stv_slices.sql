-- node int4
-- slice int4
-- localslice int4
-- type char(1)

SELECT 0, slice, slice, 'D'
FROM _slices

"""Functions that Redshift has and this substitute does not: calling one is ``not emulated``.

A function that is neither registered nor listed here does not exist on Redshift either.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html
"""

from typing import Final

_SPATIAL = """
    addbbox dropbbox geometrytype supportsbbox h3_boundary h3_center h3_fromlonglat h3_frompoint
    h3_isvalid h3_polyfill h3_resolution h3_tochildren h3_toparent st_addpoint st_angle st_area
    st_asbinary st_asewkb st_asewkt st_asgeojson st_ashexewkb st_ashexwkb st_astext st_azimuth
    st_boundary st_buffer st_centroid st_collect st_contains st_containsproperly st_convexhull
    st_coveredby st_covers st_crosses st_dimension st_disjoint st_distance st_distancesphere
    st_dwithin st_endpoint st_envelope st_equals st_exteriorring st_force2d st_force3d st_force3dm
    st_force3dz st_force4d st_geogfromtext st_geogfromwkb st_geohash st_geometryn st_geometrytype
    st_geomfromewkb st_geomfromewkt st_geomfromgeohash st_geomfromgeojson st_geomfromgeosquare
    st_geomfromtext st_geomfromwkb st_geosquare st_interiorringn st_intersection st_intersects
    st_isclosed st_iscollection st_isempty st_ispolygonccw st_ispolygoncw st_isring st_issimple
    st_isvalid st_length st_length2d st_lengthsphere st_linefrommultipoint st_lineinterpolatepoint
    st_linemerge st_linesubstring st_m st_makeenvelope st_makeline st_makepoint st_makepolygon
    st_memsize st_mmax st_mmin st_multi st_ndims st_npoints st_nrings st_numgeometries
    st_numinteriorrings st_numpoints st_perimeter st_perimeter2d st_point st_pointn st_points
    st_polygon st_removepoint st_reverse st_scale st_setpoint st_setsrid st_simplify st_snaptogrid
    st_srid st_startpoint st_touches st_transform st_translate st_union st_within st_x st_xmax
    st_xmin st_y st_ymax st_ymin st_z st_zmax st_zmin
"""
_SUPER = """
    array array_concat array_contains array_distinct array_except array_flatten array_intersection
    arrays_overlap array_position array_positions array_slice array_sort array_to_string
    array_union decimal_precision decimal_scale get_number_attributes size lower_attribute_names
    object object_transform split_to_array subarray upper_attribute_names json_serialize_to_varbyte
    is_char
"""
_AGGREGATES = """
    hll_cardinality hll_combine hll_combine_sketches hll_create_sketch
"""
_HASHES = "checksum farmfingerprint64 murmur3_32_hash"
_MATH = "factorial"
_DATES = "isfinite pg_timezone_names pg_timezone_abbrevs"
_STRINGS = "collate get_bit get_byte set_bit set_byte to_ascii"
_SYSTEM = """
    change_query_priority change_session_priority change_user_priority current_aws_account
    current_namespace current_session_arn default_iam_role explain_model get_mounted_role
    has_assumerole_privilege has_column_privilege has_function_privilege has_language_privilege
    has_tablespace_privilege is_large_string_enabled last_user_query_id obj_description
    col_description pg_client_encoding pg_encoding_to_char pg_get_cols
    pg_get_constraintdef pg_get_functiondef pg_get_grantee_by_iam_role
    pg_get_iam_role_by_user pg_get_indexdef pg_get_late_binding_view_cols pg_get_ruledef
    pg_get_serial_sequence pg_get_session_roles pg_get_triggerdef pg_get_viewdef pg_last_unload_id
    pg_type_is_visible reboot_cluster role_is_member_of slice_num text_to_int_alt
    text_to_numeric_alt tzdb_version user_is_member_of
"""

NOT_EMULATED: Final = frozenset(
    (
        *" ".join(
            (_SPATIAL, _SUPER, _AGGREGATES, _HASHES, _MATH, _DATES, _STRINGS, _SYSTEM)
        ).split(),
        "approximate percentile_disc",
    )
)
"""Folded names."""

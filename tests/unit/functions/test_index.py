"""Every function of AWS's index is emulated, or is not emulated: none is unknown.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html
"""

import pytest

from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.sql.bind.resolve import resolve
from sparkify_harness.redshift.sql.functions.library import OVERLOADS

INDEX = {
    "c_Aggregate_Functions": """
        any_value avg count listagg max median min percentile_cont percentile_disc stddev
        stddev_samp stddev_pop sum variance var_samp var_pop
    """,
    "c_Array_Functions": """
        array array_concat array_contains array_distinct array_except array_flatten
        array_intersection array_position array_positions array_sort array_union arrays_overlap
        get_array_length split_to_array subarray
    """,
    "c_bitwise_aggregate_functions": "bit_and bit_or bool_and bool_or",
    "c_conditional_expressions": "coalesce decode greatest least nvl nvl2 nullif",
    "r_Data_type_formatting": """
        to_char to_date to_number text_to_int_alt text_to_numeric_alt to_timestamp
    """,
    "Date_functions_header": """
        add_months convert_timezone current_date date_cmp date_cmp_timestamp date_cmp_timestamptz
        date_part_year dateadd datediff date_part date_trunc extract getdate interval_cmp last_day
        months_between next_day sysdate timeofday timestamp_cmp timestamp_cmp_date
        timestamp_cmp_timestamptz timestamptz_cmp timestamptz_cmp_date timestamptz_cmp_timestamp
        timezone to_timestamp trunc age current_time current_timestamp localtime localtimestamp
        isfinite now tzdb_version pg_timezone_names pg_timezone_abbrevs
    """,
    "hash-functions": """
        checksum farmfingerprint64 func_sha1 fnv_hash md5 murmur3_32_hash sha sha1 sha2
    """,
    "hyperloglog-functions": """
        hll hll_create_sketch hll_cardinality hll_combine hll_combine_sketches
    """,
    "json-functions": """
        is_valid_json is_valid_json_array json_array_length json_extract_array_element_text
        json_extract_path_text json_parse can_json_parse json_serialize json_serialize_to_varbyte
    """,
    "ml-function": "explain_model",
    "Math_functions": """
        abs acos asin atan atan2 cbrt ceiling ceil cos cot degrees dexp dlog1 dlog10 exp floor ln
        factorial log mod pi power pow radians random round sin sign sqrt tan to_hex trunc
    """,
    "Object_Functions": """
        get_number_attributes lower_attribute_names upper_attribute_names object object_transform
    """,
    "geospatial-functions": """
        addbbox dropbbox geometrytype h3_boundary h3_center h3_fromlonglat h3_frompoint
        h3_isvalid h3_polyfill h3_resolution h3_tochildren h3_toparent st_addpoint st_angle st_area
        st_asbinary st_asewkb st_asewkt st_asgeojson st_ashexwkb st_ashexewkb st_astext st_azimuth
        st_boundary st_buffer st_centroid st_collect st_contains st_containsproperly st_convexhull
        st_coveredby st_covers st_crosses st_dimension st_disjoint st_distance st_distancesphere
        st_dwithin st_endpoint st_envelope st_equals st_exteriorring st_force2d st_force3d
        st_force3dm st_force3dz st_force4d st_geohash st_geogfromtext st_geogfromwkb st_geometryn
        st_geometrytype st_geomfromewkb st_geomfromewkt st_geomfromgeohash st_geomfromgeojson
        st_geomfromgeosquare st_geomfromtext st_geomfromwkb st_geosquare st_interiorringn
        st_intersects st_intersection st_ispolygonccw st_ispolygoncw st_isclosed st_iscollection
        st_isempty st_isring st_issimple st_isvalid st_length st_lengthsphere st_length2d
        st_linefrommultipoint st_lineinterpolatepoint st_m st_makeenvelope st_makeline st_makepoint
        st_makepolygon st_memsize st_mmax st_mmin st_multi st_ndims st_npoints st_nrings
        st_numgeometries st_numinteriorrings st_numpoints st_perimeter st_perimeter2d st_point
        st_pointn st_points st_polygon st_removepoint st_reverse st_setpoint st_setsrid st_simplify
        st_snaptogrid st_srid st_startpoint st_touches st_transform st_union st_within st_x st_xmax
        st_xmin st_y st_ymax st_ymin st_z st_zmax st_zmin supportsbbox
    """,
    "String_functions_header": """
        ascii bpcharcmp btrim bttext_pattern_cmp char_length character_length charindex chr collate
        concat crc32 difference initcap left right len length lower lpad rpad ltrim octetindex
        octet_length position quote_ident quote_literal regexp_count regexp_instr regexp_replace
        regexp_substr repeat replace replicate reverse rtrim soundex split_part strpos strtol substr
        substring textlen translate trim upper get_byte set_bit set_byte to_ascii
    """,
    "c_Type_Info_Functions": """
        decimal_precision decimal_scale is_array is_bigint is_boolean is_char is_decimal is_float
        is_integer is_object is_scalar is_smallint is_varchar json_size json_typeof size
    """,
    "varbyte-functions": "from_hex from_varbyte getbit to_hex to_varbyte",
    "c_Window_functions": """
        cume_dist dense_rank first_value last_value lag lead nth_value ntile percent_rank
        percentile_disc rank ratio_to_report row_number
    """,
    "r_System_administration_functions": """
        change_query_priority change_session_priority change_user_priority current_setting
        pg_cancel_backend pg_terminate_backend reboot_cluster set_config
    """,
    "r_System_information_functions": """
        current_aws_account current_database current_namespace current_schema current_schemas
        current_session_arn current_user current_user_id default_iam_role get_mounted_role
        has_assumerole_privilege has_database_privilege has_schema_privilege has_table_privilege
        is_large_string_enabled last_user_query_id pg_backend_pid pg_get_cols
        pg_get_grantee_by_iam_role pg_get_iam_role_by_user pg_get_late_binding_view_cols
        pg_get_session_roles pg_last_copy_count pg_last_copy_id pg_last_unload_id pg_last_query_id
        pg_last_unload_count role_is_member_of session_user slice_num user user_is_member_of version
    """,
    "r_GROUP_BY_aggregation-extensions": "grouping grouping_id",
    "r_CREATE_TABLE_NEW": "db_collation",
}
NAMES = sorted({name for names in INDEX.values() for name in names.split()})


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OVERLOADS])
def test_is_not_emulated(name: str) -> None:
    with pytest.raises(NotEmulated):
        resolve(name, [])


def test_most_of_the_index_is_emulated() -> None:
    assert len(NAMES) > 380
    assert len(set(NAMES) & set(OVERLOADS)) > 180

"""Columns of the system tables that are emulated: those of Redshift's, and no others.

What AWS documents of a view, and PostgreSQL 8.0 of its catalog, is there or is not emulated: 42703
would tell clients that they talk to something else. What only later versions of PostgreSQL have is
not there.

https://docs.aws.amazon.com/redshift/latest/dg/svv_views.html
https://docs.aws.amazon.com/redshift/latest/dg/serverless_views-monitoring.html
https://docs.aws.amazon.com/redshift/latest/dg/c_intro_STL_tables.html
https://www.postgresql.org/docs/8.0/catalogs.html
https://www.postgresql.org/docs/8.0/information-schema.html
"""

import pytest

from sparkify_harness.redshift.catalog.system import system_relation, system_relations
from sparkify_harness.redshift.errors import NotEmulated

DOCUMENTED = {
    "information_schema.columns": """
        table_catalog table_schema table_name column_name ordinal_position column_default
        is_nullable data_type character_maximum_length character_octet_length numeric_precision
        numeric_precision_radix numeric_scale datetime_precision interval_type
        interval_precision character_set_catalog character_set_schema character_set_name
        collation_catalog collation_schema collation_name domain_catalog domain_schema
        domain_name udt_catalog udt_schema udt_name scope_catalog scope_schema scope_name
        maximum_cardinality dtd_identifier is_self_referencing
    """,
    "information_schema.key_column_usage": """
        constraint_catalog constraint_schema constraint_name table_catalog table_schema
        table_name column_name ordinal_position
    """,
    "information_schema.routines": """
        specific_catalog specific_schema specific_name routine_catalog routine_schema
        routine_name routine_type module_catalog module_schema module_name udt_catalog
        udt_schema udt_name data_type character_maximum_length character_octet_length
        character_set_catalog character_set_schema character_set_name collation_catalog
        collation_schema collation_name numeric_precision numeric_precision_radix
        numeric_scale datetime_precision interval_type interval_precision type_udt_catalog
        type_udt_schema type_udt_name scope_catalog scope_schema scope_name
        maximum_cardinality dtd_identifier routine_body routine_definition external_name
        external_language parameter_style is_deterministic sql_data_access is_null_call
        sql_path schema_level_routine max_dynamic_result_sets is_user_defined_cast
        is_implicitly_invocable security_type to_sql_specific_catalog to_sql_specific_schema
        to_sql_specific_name as_locator
    """,
    "information_schema.schemata": """
        catalog_name schema_name schema_owner default_character_set_catalog
        default_character_set_schema default_character_set_name sql_path
    """,
    "information_schema.table_constraints": """
        constraint_catalog constraint_schema constraint_name table_catalog table_schema
        table_name constraint_type is_deferrable initially_deferred
    """,
    "information_schema.tables": """
        table_catalog table_schema table_name table_type self_referencing_column_name
        reference_generation user_defined_type_catalog user_defined_type_schema
        user_defined_type_name
    """,
    "information_schema.views": """
        table_catalog table_schema table_name view_definition check_option is_updatable
        is_insertable_into
    """,
    "pg_catalog.pg_attrdef": """
        adrelid adnum adbin adsrc
    """,
    "pg_catalog.pg_attribute": """
        attrelid attname atttypid attstattarget attlen attnum attndims attcacheoff atttypmod
        attbyval attstorage attalign attnotnull atthasdef attisdropped attislocal attinhcount
        attisdistkey attencodingtype attsortkeyord attispreloaded
    """,
    "pg_catalog.pg_class": """
        oid relname relnamespace reltype relowner relam relfilenode reltablespace relpages
        reltuples reltoastrelid reltoastidxid relhasindex relisshared relkind relnatts
        relexternid relisreplicated reldiststyle relchecks reltriggers relukeys relfkeys relrefs
        relhasoids relhaspkey relhasrules relhassubclass relacl
    """,
    "pg_catalog.pg_constraint": """
        conname connamespace contype condeferrable condeferred conrelid contypid confrelid
        confupdtype confdeltype confmatchtype conkey confkey conbin consrc
    """,
    "pg_catalog.pg_database": """
        oid datname datdba encoding datistemplate datallowconn datlastsysoid datvacuumxid
        datfrozenxid dattablespace datconfig datacl
    """,
    "pg_catalog.pg_depend": """
        classid objid objsubid refclassid refobjid refobjsubid deptype
    """,
    "pg_catalog.pg_description": """
        objoid classoid objsubid description
    """,
    "pg_catalog.pg_index": """
        indexrelid indrelid indkey indclass indnatts indisunique indisprimary indisclustered
        indexprs indpred
    """,
    "pg_catalog.pg_namespace": """
        oid nspname nspowner nspacl
    """,
    "pg_catalog.pg_proc": """
        oid proname pronamespace proowner prolang proisagg prosecdef proisstrict proretset
        provolatile pronargs prorettype proargtypes proargnames prosrc probin proacl
    """,
    "pg_catalog.pg_proc_info": """
        prooid proname pronamespace proowner prolang proisagg prosecdef proisstrict
        proretset provolatile pronargs prorettype proargtypes proargnames prosrc probin
        proacl prokind proargmodes proallargtypes
    """,
    "pg_catalog.pg_rewrite": """
        rulename ev_class ev_attr ev_type is_instead ev_qual ev_action oid
    """,
    "pg_catalog.pg_settings": """
        name setting category short_desc extra_desc context vartype source min_val max_val
    """,
    "pg_catalog.pg_table_def": """
        schemaname tablename column type encoding distkey sortkey notnull
    """,
    "pg_catalog.pg_tables": """
        schemaname tablename tableowner tablespace hasindexes hasrules hastriggers
    """,
    "pg_catalog.pg_type": """
        oid typname typnamespace typowner typlen typbyval typtype typisdefined typdelim typrelid
        typelem typinput typoutput typreceive typsend typanalyze typalign typstorage typnotnull
        typbasetype typtypmod typndims typdefaultbin typdefault
    """,
    "pg_catalog.pg_user": """
        usename usesysid usecreatedb usesuper usecatupd passwd valuntil useconfig
    """,
    "pg_catalog.pg_views": """
        schemaname viewname viewowner definition
    """,
    "pg_catalog.stl_load_commits": """
        userid query slice name filename byte_offset lines_scanned errors curtime status
        file_format is_partial start_offset copy_job_id
    """,
    "pg_catalog.stl_load_errors": """
        userid slice tbl starttime session query filename line_number colname type col_length
        position raw_line raw_field_value err_code err_reason is_partial start_offset
        copy_job_id
    """,
    "pg_catalog.stl_query": """
        userid query label xid pid database querytxt starttime endtime aborted insert_pristine
        concurrency_scaling_status
    """,
    "pg_catalog.stv_db_isolation_level": """
        db_name isolation_level
    """,
    "pg_catalog.stv_locks": """
        table_id last_commit last_update lock_owner lock_owner_pid lock_owner_start_ts
        lock_owner_end_ts lock_status
    """,
    "pg_catalog.stv_sessions": """
        starttime process user_name db_name timeout_sec
    """,
    "pg_catalog.svv_all_columns": """
        database_name schema_name table_name column_name ordinal_position column_default
        is_nullable data_type character_maximum_length numeric_precision numeric_scale remarks
    """,
    "pg_catalog.svv_all_schemas": """
        database_name schema_name schema_owner schema_type schema_acl source_database
        schema_option
    """,
    "pg_catalog.svv_all_tables": """
        database_name schema_name table_name table_acl table_type remarks
    """,
    "pg_catalog.svv_columns": """
        table_catalog table_schema table_name column_name ordinal_position column_default
        is_nullable data_type character_maximum_length numeric_precision numeric_precision_radix
        numeric_scale datetime_precision interval_type interval_precision character_set_catalog
        character_set_schema character_set_name collation_catalog collation_schema
        collation_name domain_name remarks
    """,
    "pg_catalog.svv_external_schemas": """
        esoid eskind schemaname esowner databasename esoptions
    """,
    "pg_catalog.svv_redshift_columns": """
        database_name schema_name table_name column_name ordinal_position data_type
        column_default is_nullable encoding distkey sortkey column_acl remarks
    """,
    "pg_catalog.svv_redshift_databases": """
        database_name database_owner database_type database_acl database_options
        database_isolation_level
    """,
    "pg_catalog.svv_redshift_schemas": """
        database_name schema_name schema_owner schema_type schema_acl schema_option
    """,
    "pg_catalog.svv_redshift_tables": """
        database_name schema_name table_name table_type table_acl remarks table_owner
    """,
    "pg_catalog.svv_table_info": """
        database schema table_id table encoded diststyle sortkey1 max_varchar sortkey1_enc
        sortkey_num size pct_used empty unsorted stats_off tbl_rows skew_sortkey1 skew_rows
        estimated_visible_rows risk_event vacuum_sort_benefit create_time
    """,
    "pg_catalog.svv_tables": """
        table_catalog table_schema table_name table_type remarks
    """,
    "pg_catalog.svv_transactions": """
        txn_owner txn_db xid pid txn_start lock_mode lockable_object_type relation granted
    """,
    "pg_catalog.sys_load_error_detail": """
        user_id query_id transaction_id session_id database_name table_id start_time file_name
        line_number column_name column_type column_length position error_code error_message
    """,
    "pg_catalog.stl_unload_log": """
        userid query slice pid path start_time end_time line_count transfer_size file_format
    """,
    "pg_catalog.stv_slices": "node slice localslice type",
    "pg_catalog.sys_unload_detail": """
        user_id query_id session_id transaction_id file_name start_time end_time line_count
        transfer_size file_format
    """,
    "pg_catalog.sys_unload_history": """
        user_id query_id transaction_id session_id database_name status start_time end_time
        duration file_format compression_type unloaded_location unloaded_rows
        unloaded_files_count unloaded_files_size error_message
    """,
    "pg_catalog.sys_query_history": """
        user_id query_id query_label transaction_id session_id database_name query_type status
        result_cache_hit start_time end_time elapsed_time queue_time execution_time
        error_message returned_rows returned_bytes query_text redshift_version usage_limit
        compute_type compile_time planning_time lock_wait_time service_class_id
        service_class_name query_priority short_query_accelerated user_query_hash
        generic_query_hash query_hash_version result_cache_query_id username
    """,
}
LATER = (
    "pg_roles", "pg_matviews", "pg_extension", "pg_enum", "pg_collation", "pg_sequences",
    "pg_auth_members", "pg_range",
)  # fmt: skip
"""What catalogs of later versions of PostgreSQL have."""
FREE_ORDER = {"pg_attribute", "pg_class", "pg_proc_info", "pg_type", "stv_locks"}
"""Those whose columns AWS does not print in their order."""


def test_every_system_table_has_its_columns_written_here() -> None:
    assert {f"{item.schema}.{item.name}" for item in system_relations()} == DOCUMENTED.keys()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_its_columns_are_those_of_redshift(name: str) -> None:
    schema, _, table = name.partition(".")
    relation = system_relation(schema, table)
    assert relation is not None
    documented = DOCUMENTED[name].split()
    names = [column.name for column in relation.columns]

    assert {*names, *relation.missing} == set(documented)
    assert not relation.missing & set(names)
    if table not in FREE_ORDER:
        assert names == [each for each in documented if each in names]


@pytest.mark.parametrize("name", LATER)
def test_what_came_later_is_not_there(name: str) -> None:
    assert system_relation("pg_catalog", name) is None


@pytest.mark.parametrize("name", ["pg_group", "pg_operator", "stl_scan", "sys_load_history"])
def test_what_redshift_has_besides_is_not_emulated(name: str) -> None:
    with pytest.raises(NotEmulated, match=name):
        system_relation("pg_catalog", name)

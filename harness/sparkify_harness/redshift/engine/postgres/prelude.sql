-- What PostgreSQL has to know beside its own functions: Redshift's errors and limits of strings,
-- values that may be none, and aggregates that PostgreSQL has for other types, or not as windows.

CREATE SCHEMA redshift;

-- Fails, where it is reached: it is volatile, so that nothing computes it beforehand.
CREATE FUNCTION redshift.fault(class text, message text, sample anyelement) RETURNS anyelement
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'RS001', MESSAGE = class || '|' || message;
END $$;

-- The value of a text, NULL where it is none of the type.
CREATE FUNCTION redshift.try_cast(value text, type text, sample anyelement) RETURNS anyelement
LANGUAGE plpgsql STABLE AS $$
DECLARE result sample%TYPE;
BEGIN
    EXECUTE format('SELECT CAST(%L AS %s)', value, type) INTO result;
    RETURN result;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

-- A text as it is, if it matches.
CREATE FUNCTION redshift.checked(value text, pattern text, message text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF value !~ pattern THEN
        RAISE EXCEPTION USING ERRCODE = 'RS001', MESSAGE = 'ComputeFault|' || message;
    END IF;
    RETURN value;
END $$;

-- The longest beginning of a string that has no more bytes than the limit.
CREATE FUNCTION redshift.cut(value text, most integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE kept text := left(value, most);
BEGIN
    WHILE octet_length(kept) > most LOOP
        kept := left(kept, -1);
    END LOOP;
    RETURN kept;
END $$;

-- A string that is assigned: what is beyond the limit may be blanks alone.
CREATE FUNCTION redshift.fitted(value text, most integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF octet_length(rtrim(value, ' ')) > most THEN
        RAISE EXCEPTION USING
            ERRCODE = 'RS001', MESSAGE = 'ComputeFault|Value too long for character type';
    END IF;
    RETURN redshift.cut(value, most);
END $$;

-- A string of a CHAR column, without its padding.
CREATE FUNCTION redshift.ascii_only(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF octet_length(value) > length(value) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'RS001', MESSAGE = 'ComputeFault|CHAR string contains invalid ASCII character';
    END IF;
    RETURN rtrim(value, ' ');
END $$;

-- A DECIMAL of 19 digits, which has to fit 64 bits.
CREATE FUNCTION redshift.word(value numeric, scale integer, lax boolean) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF abs(value) > 9223372036854775807 * power(10::numeric, -scale) THEN
        IF lax THEN RETURN NULL; END IF;
        RAISE EXCEPTION USING
            ERRCODE = 'RS001', MESSAGE = 'ComputeFault|Numeric data overflow (result precision)';
    END IF;
    RETURN value;
END $$;

-- Whether a text is JSON.
CREATE FUNCTION redshift.is_json(value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    PERFORM value::json;
    RETURN true;
EXCEPTION WHEN data_exception THEN
    RETURN false;
END $$;

-- Fractional digits of a time as PostgreSQL 8.0 printed them: two, where there is one.
CREATE FUNCTION redshift.clocked(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT regexp_replace(value, '(\.[0-9])(?![0-9])', '\10')
$$;

-- Months added; the 29th of February plus a year is the 1st of March.
CREATE FUNCTION redshift.add_years(stamp timestamp, months bigint) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE
        WHEN to_char(stamp, 'MMDD') = '0229'
            AND extract(day FROM stamp + months * interval '1 month') = 28
        THEN stamp + months * interval '1 month' + interval '1 day'
        ELSE stamp + months * interval '1 month'
    END
$$;

-- Months added; the last day of a month stays the last one.
CREATE FUNCTION redshift.add_months(stamp timestamp, months integer) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE
        WHEN extract(day FROM stamp + interval '1 day') = 1
        THEN date_trunc('month', stamp) + (months + 1) * interval '1 month' - interval '1 day'
            + (stamp - date_trunc('day', stamp))
        ELSE stamp + months * interval '1 month'
    END
$$;

CREATE FUNCTION redshift.last_day(stamp timestamp) RETURNS date
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (date_trunc('month', stamp) + interval '1 month' - interval '1 day')::date
$$;

-- Whole months between days alike, or the ends of months; else a part of 31 days besides.
CREATE FUNCTION redshift.months_between(late timestamp, early timestamp) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (extract(year FROM late) - extract(year FROM early)) * 12
        + extract(month FROM late) - extract(month FROM early)
        + CASE
            WHEN extract(day FROM late) = extract(day FROM early)
                OR (late::date = redshift.last_day(late) AND early::date = redshift.last_day(early))
            THEN 0
            ELSE extract(epoch FROM (late - date_trunc('month', late))
                - (early - date_trunc('month', early)))::double precision / 86400 / 31
        END
$$;

-- Beginnings of weeks between two dates; which day begins one is open.
CREATE FUNCTION redshift.weeks(early timestamp, late timestamp) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    first date := date_trunc('week', early);
    last date := date_trunc('week', late);
    mondays bigint := (last - first) / 7;
    sundays bigint := (date_trunc('week', late + interval '1 day')::date
        - date_trunc('week', early + interval '1 day')::date) / 7;
BEGIN
    IF mondays <> sundays THEN
        RAISE EXCEPTION USING ERRCODE = 'RS001',
            MESSAGE = 'Unsupported|not emulated: DATEDIFF in weeks from or to a Sunday';
    END IF;
    RETURN mondays;
END $$;

-- --- aggregates ------------------------------------------------------------------------------

CREATE FUNCTION redshift.keep_first(kept anyelement, value anyelement) RETURNS anyelement
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT kept $$;

CREATE AGGREGATE redshift.any_value(anyelement) (sfunc = redshift.keep_first, stype = anyelement);

-- The value at a fraction of the way through the sorted ones, between two of them where it must.
CREATE FUNCTION redshift.between(kept numeric[], fraction numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    sorted numeric[] := ARRAY(SELECT v FROM unnest(kept) AS v WHERE v IS NOT NULL ORDER BY v);
    place numeric := fraction * (cardinality(sorted) - 1);
BEGIN
    IF coalesce(cardinality(sorted), 0) = 0 THEN RETURN NULL; END IF;
    RETURN sorted[floor(place)::integer + 1]
        + (sorted[ceil(place)::integer + 1] - sorted[floor(place)::integer + 1])
        * (place - floor(place));
END $$;

CREATE FUNCTION redshift.between(kept double precision[], fraction numeric) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$
    SELECT percentile_cont(fraction::double precision) WITHIN GROUP (ORDER BY v)
    FROM unnest(kept) AS v
$$;

CREATE FUNCTION redshift.between(kept timestamp[], fraction numeric) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$
    SELECT timestamp '2000-01-01'
        + percentile_cont(fraction::double precision)
            WITHIN GROUP (ORDER BY v - timestamp '2000-01-01')
    FROM unnest(kept) AS v
$$;

CREATE FUNCTION redshift.between(kept timestamptz[], fraction numeric) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
    SELECT timestamptz '2000-01-01 00:00:00+00'
        + percentile_cont(fraction::double precision)
            WITHIN GROUP (ORDER BY v - timestamptz '2000-01-01 00:00:00+00')
    FROM unnest(kept) AS v
$$;

-- The first of the sorted values that no less than a fraction of them is up to.
CREATE FUNCTION redshift.first_at(kept anyarray, fraction numeric) RETURNS anyelement
LANGUAGE sql IMMUTABLE AS $$
    SELECT percentile_disc(fraction::double precision) WITHIN GROUP (ORDER BY v)
    FROM unnest(kept) AS v
$$;

-- A string of LISTAGG, which has its own limit.
CREATE FUNCTION redshift.listed(value text, most integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF octet_length(value) > most THEN
        RAISE EXCEPTION USING
            ERRCODE = 'RS001', MESSAGE = 'ComputeFault|Result size exceeds LISTAGG limit';
    END IF;
    RETURN value;
END $$;

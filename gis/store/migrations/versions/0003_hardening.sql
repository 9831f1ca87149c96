-- What a reader with a session of its own (psql, QGIS, an injection) must not be able to do.

-- pg_temp is searched first, for tables and types, unless it is named last: a type of the
-- caller's own in a function that runs as its owner would run the caller's code as the owner.
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN
        SELECT p.oid FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
         WHERE p.prosecdef AND n.nspname IN ('sig', 'publica', 'clasificada', 'reservada')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', made);
    END LOOP;
END $$;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sig FROM PUBLIC;
-- These run as whoever reads a view, and as whoever may insert in a layer.
GRANT EXECUTE ON FUNCTION sig.covers TO sig_publica, sig_clasificada, sig_reservada;
GRANT EXECUTE ON FUNCTION sig.open_changeset TO PUBLIC;

-- PostGIS tells with its owner's rights the extent of tables that the caller may not read.
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN
        SELECT p.oid FROM pg_proc AS p
         WHERE p.proname = 'st_estimatedextent' AND pg_has_role(p.proowner, 'MEMBER')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', made);
    END LOOP;
END $$;

-- A condition of the reader's own is not tried on the rows that the view leaves out.
ALTER VIEW publica.sig_publication SET (security_barrier);

-- The chain is public and what it covers is not: without a secret, whoever knows a row's public
-- values could try every identity card until the hash agrees.
ALTER TABLE sig.layer ADD COLUMN salt bytea NOT NULL
    DEFAULT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
COMMENT ON COLUMN sig.layer.salt IS 'Secreto de las huellas de sus filas: no sale por ninguna vista';
-- Those sealed before keep the digest they were sealed with.
ALTER TABLE sig.changeset ADD COLUMN salted boolean NOT NULL DEFAULT false;
ALTER TABLE sig.changeset ALTER COLUMN salted SET DEFAULT true;

CREATE OR REPLACE FUNCTION sig.changeset_digest(changeset_id bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD' SET timezone = 'UTC'
SET extra_float_digits = 1 AS $$
DECLARE
    cs      sig.changeset;
    salt    bytea := '';
    current text := '';
    result  bytea;
BEGIN
    SELECT * INTO cs FROM sig.changeset WHERE id = changeset_id;
    IF cs.salted THEN
        SELECT l.salt INTO salt FROM sig.layer AS l WHERE l.name = cs.layer;
    END IF;
    -- A column that was dropped since sent every row of this changeset to history.
    IF NOT EXISTS (
        SELECT trim(BOTH '"' FROM name) FROM unnest(string_to_array(cs.columns, ', ')) AS name
        EXCEPT SELECT attname FROM pg_attribute
         WHERE attrelid = format('data.%I', cs.layer)::regclass AND NOT attisdropped)
    THEN
        current := format(
            'SELECT _fid, 1 AS side, sha256($2 || convert_to(ROW(%s)::text, ''UTF8'')) AS d
               FROM data.%I WHERE _changeset = $1 UNION ALL ', cs.columns, cs.layer);
    END IF;
    EXECUTE format(
        'SELECT sha256(coalesce(string_agg(d, NULL ORDER BY _fid, side), ''''::bytea)) FROM (
            %3$s
            SELECT _fid, 1 AS side, sha256($2 || convert_to(ROW(%1$s)::text, ''UTF8'')) AS d
              FROM history.%2$I WHERE _opened = $1
            UNION ALL
            SELECT _fid, 0, sha256($2 || convert_to(ROW(%1$s)::text, ''UTF8''))
              FROM history.%2$I WHERE _closed = $1
            UNION ALL
            SELECT fid, 1, digest FROM sig.erased WHERE layer = %2$L AND opened = $1
            UNION ALL
            SELECT fid, 0, digest FROM sig.erased WHERE layer = %2$L AND closed = $1
         ) AS r', cs.columns, cs.layer, current) INTO result USING changeset_id, salt;
    RETURN result;
END $$;

-- A layer is a demonstration while any current row came from one; a row that was one stays so
-- through whatever is not a delivery: an edit, a statement, a migration.
CREATE OR REPLACE FUNCTION sig.settle_demonstration(layer_name text, cs sig.changeset) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    inherited boolean;
    still     boolean;
BEGIN
    IF NOT cs.demonstration
       AND NOT (SELECT demonstration FROM sig.layer WHERE name = layer_name) THEN
        RETURN;
    END IF;
    IF NOT cs.demonstration AND cs.origin <> 'delivery' THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM history.%1$I h
                              JOIN sig.changeset c ON c.id = h._opened AND c.demonstration
                              JOIN data.%1$I d ON d._fid = h._fid AND d._changeset = $1
                             WHERE h._closed = $1)', layer_name) INTO inherited USING cs.id;
        UPDATE sig.changeset SET demonstration = inherited WHERE id = cs.id;
    END IF;
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM sig.changeset c
                         WHERE c.layer = $1 AND c.demonstration
                           AND EXISTS (SELECT FROM data.%I d WHERE d._changeset = c.id))', layer_name)
       INTO still USING layer_name;
    UPDATE sig.layer SET demonstration = still WHERE name = layer_name;
END $$;

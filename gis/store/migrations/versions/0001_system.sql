-- System tables and the mechanism of changesets. One changeset = one layer in one transaction.

CREATE SCHEMA sig;
CREATE SCHEMA data;
CREATE SCHEMA history;
CREATE SCHEMA tiles;
CREATE SCHEMA publica;
CREATE SCHEMA clasificada;
CREATE SCHEMA reservada;
COMMENT ON SCHEMA sig IS 'Registro de capas, libro de cambios y colas del sistema';
COMMENT ON SCHEMA data IS 'Estado vigente de cada capa (EPSG:9377)';
COMMENT ON SCHEMA history IS 'Filas reemplazadas o retiradas, con los cambios que las abrieron y cerraron';
COMMENT ON SCHEMA tiles IS 'Geometría generalizada por banda de zoom (EPSG:3857)';
COMMENT ON SCHEMA publica IS 'Vistas de lo que es público (Ley 1712 de 2014)';
COMMENT ON SCHEMA clasificada IS 'Vistas que incluyen lo clasificado (art. 18)';
COMMENT ON SCHEMA reservada IS 'Vistas que incluyen lo reservado (art. 19)';

GRANT USAGE ON SCHEMA publica TO sig_publica;
GRANT USAGE ON SCHEMA clasificada TO sig_clasificada;
GRANT USAGE ON SCHEMA reservada TO sig_reservada;

CREATE TABLE sig.layer (
    name             text PRIMARY KEY,
    contract         jsonb NOT NULL,          -- the whole declaration, as `sig layer show` prints it
    fingerprint      text NOT NULL,           -- sha256 of it
    storage          jsonb NOT NULL,          -- what the tables were made from
    columns          text NOT NULL,           -- quoted list, geometry included, in declared order
    dimension        smallint,                -- 0, 1, 2; null for a table without geometry
    geometry_class   text NOT NULL,           -- who may see where its features are
    generation       bigint NOT NULL DEFAULT 0,
    changeset        bigint,                  -- the last sealed
    demonstration    boolean NOT NULL DEFAULT false,
    feature_count    bigint NOT NULL DEFAULT 0,
    without_geometry bigint NOT NULL DEFAULT 0,
    unreviewed       bigint NOT NULL DEFAULT 0,
    extent           geometry(Polygon, 9377), -- grows with each changeset, exact after a whole load
    updated_at       timestamptz
);

CREATE TABLE sig.changeset (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer          text NOT NULL REFERENCES sig.layer,
    xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
    origin         text NOT NULL CHECK (origin IN ('delivery', 'sql', 'undo', 'edit', 'migration')),
    actor          text NOT NULL DEFAULT '',
    note           text NOT NULL DEFAULT '',
    source         jsonb NOT NULL DEFAULT '{}',
    reference_date date,
    demonstration  boolean NOT NULL DEFAULT false,
    fingerprint    text NOT NULL,             -- of the contract it was written under
    columns        text NOT NULL,             -- what the digest covers
    undoes         bigint REFERENCES sig.changeset,
    opened_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    added          bigint NOT NULL DEFAULT 0,
    changed        bigint NOT NULL DEFAULT 0,
    removed        bigint NOT NULL DEFAULT 0,
    refused        bigint NOT NULL DEFAULT 0,
    -- given when it is sealed, at commit
    sealed_at      timestamptz,
    seq            bigint UNIQUE,             -- place in the chain, without gaps
    generation     bigint,
    digest         bytea,
    hash           bytea,
    UNIQUE (layer, xid)
);
CREATE INDEX changeset_by_layer ON sig.changeset (layer, id);

CREATE TABLE sig.chain (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq  bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO sig.chain (seq, hash) VALUES (0, sha256(''));

-- Digests of rows erased by order of law (Ley 1581), so that the chain still verifies.
CREATE TABLE sig.erased (
    layer     text NOT NULL REFERENCES sig.layer,
    fid       bigint NOT NULL,
    opened    bigint NOT NULL,
    closed    bigint,
    digest    bytea NOT NULL,
    order_of  text NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sig.finding (
    changeset bigint NOT NULL REFERENCES sig.changeset ON DELETE CASCADE,
    rule      text NOT NULL,
    severity  text NOT NULL,
    message   text NOT NULL,
    remedy    text NOT NULL,
    "row"     bigint,
    feature   text,
    field     text,
    value     text,
    lon       double precision,
    lat       double precision
);
CREATE INDEX finding_by_changeset ON sig.finding (changeset, rule);

-- Rows a steward chose to leave out, as they were delivered, to correct and deliver again.
CREATE TABLE sig.quarantine (
    changeset bigint NOT NULL REFERENCES sig.changeset ON DELETE CASCADE,
    "row"     bigint NOT NULL,
    delivered jsonb NOT NULL,
    PRIMARY KEY (changeset, "row")
);

-- What each changeset touched, for those who keep something derived (tile caches).
CREATE TABLE sig.outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer      text NOT NULL,
    changeset  bigint NOT NULL,
    extent     geometry(Polygon, 3857) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_by_changeset ON sig.outbox (changeset);

-- ---------------------------------------------------------------------------------- changesets

-- Takes the layer's lock for the rest of the transaction and gives its changeset, opening it if
-- this is the transaction's first write to the layer.
CREATE FUNCTION sig.open_changeset(layer_name text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    opened bigint;
    sealed timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sig.layer:' || layer_name, 0));
    SELECT id, sealed_at INTO opened, sealed FROM sig.changeset
     WHERE layer = layer_name AND xid = pg_current_xact_id();
    IF sealed IS NOT NULL THEN
        RAISE EXCEPTION 'El cambio % ya está sellado: confirme la transacción', opened;
    END IF;
    IF opened IS NULL THEN
        INSERT INTO sig.changeset (layer, origin, actor, fingerprint, columns)
        SELECT name, 'sql', session_user, fingerprint, columns FROM sig.layer
         WHERE name = layer_name
        RETURNING id INTO opened;
    END IF;
    RETURN opened;
END $$;

CREATE FUNCTION sig.guard_statement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM sig.open_changeset(TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE FUNCTION sig.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE no deja historia: use DELETE FROM data.%', TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;

-- An UPDATE that does not say otherwise belongs to this transaction and awaits review.
CREATE FUNCTION sig.stamp_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    NEW._changeset := sig.open_changeset(TG_TABLE_NAME);
    NEW._reviewed := false;
    RETURN NEW;
END $$;

-- The next three give a statement, since a transition table is seen by its own trigger alone.

-- Boxes of what changed, one per 2048 m cell of the storage CRS. $1 layer, $2 changeset.
CREATE FUNCTION sig.touch_sql(rows_name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format(
        'INSERT INTO sig.outbox (layer, changeset, extent)
         SELECT $1, $2, ST_Transform(ST_SetSRID(ST_Expand(ST_Extent(geom), 1)::geometry, 9377), 3857)
           FROM %s AS r WHERE NOT ST_IsEmpty(geom)
          GROUP BY floor(ST_XMin(geom) / 2048), floor(ST_YMin(geom) / 2048)', rows_name)
$$;

-- Generalised rows of features: each band made from the finer one, simplified to 1/1024 of the
-- side of the band's own tiles (half a screen pixel). Points have none: they are drawn from where
-- they are stored, as are lines above the last band; surfaces keep their whole shape in 3857, since
-- a large one is dear to transform for each tile it touches.
CREATE FUNCTION sig.generalise_sql(layer_name text, shape smallint, rows_name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format(
        'WITH b24 AS (SELECT _fid, ST_Transform(geom, 3857) AS geom FROM %2$s AS r
                       WHERE geom IS NOT NULL),
              b14 AS (SELECT _fid, ST_Simplify(geom, sig.tolerance(14), true) AS geom FROM b24),
              b12 AS (SELECT _fid, ST_Simplify(geom, sig.tolerance(12), true) AS geom FROM %3$s),
              b10 AS (SELECT _fid, ST_Simplify(geom, sig.tolerance(10), true) AS geom FROM b12),
              b8  AS (SELECT _fid, ST_Simplify(geom, sig.tolerance(8), true) AS geom FROM b10)
         INSERT INTO tiles.%1$I (_fid, band, geom)
         SELECT _fid, 12, geom FROM b12 UNION ALL SELECT _fid, 10, geom FROM b10
          UNION ALL SELECT _fid, 8, geom FROM b8 %4$s',
        layer_name, rows_name, CASE WHEN shape = 2 THEN 'b14' ELSE 'b24' END,
        CASE WHEN shape = 2 THEN 'UNION ALL SELECT _fid, 14, geom FROM b14
                                  UNION ALL SELECT _fid, 24, geom FROM b24' ELSE '' END)
$$;

-- Counts and extent for the layer's register. $1 layer, $2 is 1 for rows that came, -1 for gone.
CREATE FUNCTION sig.register_sql(shape smallint, rows_name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format(
        'UPDATE sig.layer SET
            feature_count = feature_count + $2 * n,
            without_geometry = without_geometry + $2 * m,
            unreviewed = unreviewed + $2 * u,
            extent = CASE WHEN $2 < 0 OR b IS NULL THEN extent
                          ELSE ST_Envelope(ST_Expand(ST_Collect(extent, b), 0.001)) END
          FROM (SELECT count(*) AS n, count(*) FILTER (WHERE NOT _reviewed) AS u, %s FROM %s AS t)
            AS r
         WHERE name = $1',
        CASE WHEN shape IS NULL THEN '0 AS m, NULL::geometry AS b'
             ELSE 'count(*) FILTER (WHERE geom IS NULL) AS m,
                   ST_SetSRID(ST_Extent(geom)::geometry, 9377) AS b' END, rows_name)
$$;

-- Metres of EPSG:3857 that 1/1024 of a tile's side is at a zoom.
CREATE FUNCTION sig.tolerance(zoom integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 40075016.6855784 / 1024 / (1 << zoom) $$;

-- The band that serves a zoom; null where features are drawn from where they are stored.
CREATE FUNCTION sig.band(shape smallint, zoom integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN shape = 0 OR (shape = 1 AND zoom > 12) THEN NULL WHEN zoom > 14 THEN 24
                 WHEN zoom > 12 THEN 14 WHEN zoom > 10 THEN 12 WHEN zoom > 8 THEN 10
                 ELSE 8 END)::smallint
$$;

-- A tile with its margin as a search box in the storage CRS: cut first to where that CRS holds, and
-- its sides bent as the projection bends them.
CREATE FUNCTION sig.tile_box(z integer, x integer, y integer, margin double precision)
RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public AS $$
    SELECT ST_Transform(ST_Segmentize(
        ST_Intersection(
            ST_TileEnvelope(z, x, y, margin => margin),
            ST_Transform(ST_MakeEnvelope(-85, -6, -62, 16, 4326), 3857)),
        5000000.0 / (1 << z)), 9377)
$$;

CREATE FUNCTION sig.after_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    cs    bigint := sig.open_changeset(TG_TABLE_NAME);
    shape smallint := nullif(TG_ARGV[1], '')::smallint;
    n     bigint;
    alien bigint;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE _changeset <> cs) INTO n, alien FROM new_rows;
    IF alien > 0 THEN
        RAISE EXCEPTION '_changeset lo pone el sistema: no lo escriba en data.%', TG_TABLE_NAME;
    END IF;
    IF n = 0 THEN RETURN NULL; END IF;
    UPDATE sig.changeset SET added = added + n WHERE id = cs;
    EXECUTE sig.register_sql(shape, 'new_rows') USING TG_TABLE_NAME, 1;
    IF shape > 0 THEN
        EXECUTE sig.generalise_sql(TG_TABLE_NAME, shape, 'new_rows');
    END IF;
    IF shape IS NOT NULL THEN
        EXECUTE sig.touch_sql('new_rows') USING TG_TABLE_NAME, cs;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION sig.after_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    cs    bigint := sig.open_changeset(TG_TABLE_NAME);
    cols  text := TG_ARGV[0];
    shape smallint := nullif(TG_ARGV[1], '')::smallint;
    n     bigint;
    alien bigint;
BEGIN
    -- A row that keeps its changeset may only be marked as reviewed.
    SELECT count(*) INTO alien FROM new_rows n_ LEFT JOIN old_rows o_ USING (_fid)
     WHERE o_._fid IS NULL OR (n_._changeset <> cs AND
           to_jsonb(n_) - '_reviewed' IS DISTINCT FROM to_jsonb(o_) - '_reviewed');
    IF alien > 0 THEN
        RAISE EXCEPTION '_fid y _changeset los pone el sistema: no los escriba en data.%', TG_TABLE_NAME;
    END IF;
    EXECUTE format(
        'INSERT INTO history.%I (_fid, _id, _opened, _closed, %s)
         SELECT _fid, _id, _changeset, $1, %s FROM old_rows WHERE _changeset <> $1
            AND _fid IN (SELECT _fid FROM new_rows WHERE _changeset = $1)',
        TG_TABLE_NAME, cols, cols) USING cs;
    GET DIAGNOSTICS n = ROW_COUNT;
    UPDATE sig.changeset SET changed = changed + n WHERE id = cs;
    EXECUTE sig.register_sql(shape, 'old_rows') USING TG_TABLE_NAME, -1;
    EXECUTE sig.register_sql(shape, 'new_rows') USING TG_TABLE_NAME, 1;
    IF shape > 0 THEN
        EXECUTE format(
            'DELETE FROM tiles.%I AS t USING old_rows o JOIN new_rows n USING (_fid)
              WHERE t._fid = o._fid AND o.geom IS DISTINCT FROM n.geom', TG_TABLE_NAME);
        EXECUTE sig.generalise_sql(TG_TABLE_NAME, shape,
            '(SELECT n._fid, n.geom FROM old_rows o JOIN new_rows n USING (_fid)
               WHERE o.geom IS DISTINCT FROM n.geom)');
    END IF;
    IF shape IS NOT NULL THEN
        EXECUTE sig.touch_sql('old_rows') USING TG_TABLE_NAME, cs;
        EXECUTE sig.touch_sql('new_rows') USING TG_TABLE_NAME, cs;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION sig.after_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    cs     bigint := sig.open_changeset(TG_TABLE_NAME);
    cols   text := TG_ARGV[0];
    shape  smallint := nullif(TG_ARGV[1], '')::smallint;
    former bigint;  -- current before this changeset
    mended bigint;  -- changed by this changeset before being deleted by it
    fresh  bigint;  -- added by this changeset
BEGIN
    EXECUTE format(
        'INSERT INTO history.%I (_fid, _id, _opened, _closed, %s)
         SELECT _fid, _id, _changeset, $1, %s FROM old_rows WHERE _changeset <> $1',
        TG_TABLE_NAME, cols, cols) USING cs;
    GET DIAGNOSTICS former = ROW_COUNT;
    EXECUTE format(
        'SELECT count(*) FILTER (WHERE h._fid IS NOT NULL), count(*) FILTER (WHERE h._fid IS NULL)
           FROM old_rows o LEFT JOIN history.%I h ON h._fid = o._fid AND h._closed = $1
          WHERE o._changeset = $1', TG_TABLE_NAME) INTO mended, fresh USING cs;
    UPDATE sig.changeset
       SET removed = removed + former + mended, changed = changed - mended, added = added - fresh
     WHERE id = cs;
    EXECUTE sig.register_sql(shape, 'old_rows') USING TG_TABLE_NAME, -1;
    IF shape > 0 THEN
        EXECUTE format('DELETE FROM tiles.%I t USING old_rows o WHERE t._fid = o._fid', TG_TABLE_NAME);
    END IF;
    IF shape IS NOT NULL THEN
        EXECUTE sig.touch_sql('old_rows') USING TG_TABLE_NAME, cs;
    END IF;
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------------------------------- chain

-- Digest of what a changeset wrote: the rows it opened and those it closed, in order of _fid.
-- Recomputable for ever: a row keeps its text as long as the columns it was digested with stay.
CREATE FUNCTION sig.changeset_digest(changeset_id bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public SET datestyle = 'ISO, YMD' SET timezone = 'UTC'
SET extra_float_digits = 1 AS $$
DECLARE
    cs      sig.changeset;
    current text := '';
    result  bytea;
BEGIN
    SELECT * INTO cs FROM sig.changeset WHERE id = changeset_id;
    -- A column that was dropped since sent every row of this changeset to history.
    IF NOT EXISTS (
        SELECT trim(BOTH '"' FROM name) FROM unnest(string_to_array(cs.columns, ', ')) AS name
        EXCEPT SELECT attname FROM pg_attribute
         WHERE attrelid = format('data.%I', cs.layer)::regclass AND NOT attisdropped)
    THEN
        current := format(
            'SELECT _fid, 1 AS side, sha256(convert_to(ROW(%s)::text, ''UTF8'')) AS d
               FROM data.%I WHERE _changeset = $1 UNION ALL ', cs.columns, cs.layer);
    END IF;
    EXECUTE format(
        'SELECT sha256(coalesce(string_agg(d, NULL ORDER BY _fid, side), ''''::bytea)) FROM (
            %3$s
            SELECT _fid, 1 AS side, sha256(convert_to(ROW(%1$s)::text, ''UTF8'')) AS d
              FROM history.%2$I WHERE _opened = $1
            UNION ALL
            SELECT _fid, 0, sha256(convert_to(ROW(%1$s)::text, ''UTF8''))
              FROM history.%2$I WHERE _closed = $1
            UNION ALL
            SELECT fid, 1, digest FROM sig.erased WHERE layer = %2$L AND opened = $1
            UNION ALL
            SELECT fid, 0, digest FROM sig.erased WHERE layer = %2$L AND closed = $1
         ) AS r', cs.columns, cs.layer, current) INTO result USING changeset_id;
    RETURN result;
END $$;

-- Link of the chain: the former head, the changeset's digest, and what the ledger says of it.
CREATE FUNCTION sig.link(former bytea, cs sig.changeset) RETURNS bytea
LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
    SELECT sha256(former || cs.digest || convert_to(concat_ws('|', cs.id, cs.layer, cs.origin,
        cs.fingerprint, cs.added, cs.changed, cs.removed, cs.refused,
        extract(epoch FROM cs.sealed_at)), 'UTF8'))
$$;

CREATE FUNCTION sig.seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    cs   sig.changeset;
    head sig.chain;
    gen  bigint;
BEGIN
    SELECT * INTO cs FROM sig.changeset WHERE id = NEW.id;
    IF cs.added + cs.changed + cs.removed + cs.refused = 0 THEN
        DELETE FROM sig.outbox WHERE changeset = cs.id;
        DELETE FROM sig.changeset WHERE id = cs.id;
        RETURN NULL;
    END IF;
    cs.digest := sig.changeset_digest(cs.id);
    SELECT * INTO head FROM sig.chain FOR UPDATE;
    cs.seq := head.seq + 1;
    cs.sealed_at := clock_timestamp();
    cs.hash := sig.link(head.hash, cs);
    UPDATE sig.chain SET seq = cs.seq, hash = cs.hash;
    UPDATE sig.layer SET generation = generation + 1, changeset = cs.id, updated_at = cs.sealed_at
     WHERE name = cs.layer RETURNING generation INTO gen;
    PERFORM sig.settle_demonstration(cs.layer, cs);
    UPDATE sig.changeset SET seq = cs.seq, sealed_at = cs.sealed_at, digest = cs.digest,
           hash = cs.hash, generation = gen
     WHERE id = cs.id;
    PERFORM pg_notify('sig_outbox', cs.layer || ' ' || gen);
    RETURN NULL;
END $$;

-- A layer is a demonstration while any current row came from a demonstration.
CREATE FUNCTION sig.settle_demonstration(layer_name text, cs sig.changeset) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    still boolean;
BEGIN
    IF NOT cs.demonstration
       AND NOT (SELECT demonstration FROM sig.layer WHERE name = layer_name) THEN
        RETURN;
    END IF;
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM sig.changeset c
                         WHERE c.layer = $1 AND c.demonstration
                           AND EXISTS (SELECT FROM data.%I d WHERE d._changeset = c.id))', layer_name)
       INTO still USING layer_name;
    UPDATE sig.layer SET demonstration = still WHERE name = layer_name;
END $$;

CREATE CONSTRAINT TRIGGER seal AFTER INSERT ON sig.changeset
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sig.seal();

-- ------------------------------------------------------------------------------------ comparing

-- Whether two geometries are the same within a tolerance in metres, vertex by vertex.
CREATE FUNCTION sig.same_geometry(a geometry, b geometry, tolerance double precision)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF a IS NULL OR b IS NULL THEN RETURN a IS NULL AND b IS NULL; END IF;
    IF a = b THEN RETURN true; END IF;
    IF GeometryType(a) <> GeometryType(b) OR ST_NPoints(a) <> ST_NPoints(b) THEN
        RETURN false;
    END IF;
    RETURN NOT EXISTS (
        SELECT FROM ROWS FROM (ST_DumpPoints(a), ST_DumpPoints(b)) AS v(pa, ga, pb, gb)
         WHERE pa IS DISTINCT FROM pb OR NOT ST_DWithin(ga, gb, tolerance));
END $$;

-- -------------------------------------------------------------------------------- layer's tables

-- Triggers, and the tile partitions. Called when the tables are made or their columns change.
CREATE FUNCTION sig.attach(layer_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    l     sig.layer;
    shape text;
    bands integer[];
    band  integer;
BEGIN
    SELECT * INTO l FROM sig.layer WHERE name = layer_name;
    shape := coalesce(l.dimension::text, '');
    EXECUTE format(
        'ALTER TABLE data.%1$I ALTER COLUMN _changeset SET DEFAULT sig.open_changeset(%1$L);
         CREATE OR REPLACE TRIGGER a_guard BEFORE INSERT OR UPDATE OR DELETE ON data.%1$I
             FOR EACH STATEMENT EXECUTE FUNCTION sig.guard_statement();
         CREATE OR REPLACE TRIGGER a_truncate BEFORE TRUNCATE ON data.%1$I
             FOR EACH STATEMENT EXECUTE FUNCTION sig.refuse_truncate();
         CREATE OR REPLACE TRIGGER b_redundant BEFORE UPDATE ON data.%1$I
             FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
         CREATE OR REPLACE TRIGGER c_stamp BEFORE UPDATE ON data.%1$I FOR EACH ROW
             WHEN (NEW._changeset = OLD._changeset AND NEW._reviewed = OLD._reviewed)
             EXECUTE FUNCTION sig.stamp_update();
         CREATE OR REPLACE TRIGGER d_inserted AFTER INSERT ON data.%1$I
             REFERENCING NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION sig.after_insert(%2$L, %3$L);
         CREATE OR REPLACE TRIGGER d_updated AFTER UPDATE ON data.%1$I
             REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION sig.after_update(%2$L, %3$L);
         CREATE OR REPLACE TRIGGER d_deleted AFTER DELETE ON data.%1$I
             REFERENCING OLD TABLE AS old_rows
             FOR EACH STATEMENT EXECUTE FUNCTION sig.after_delete(%2$L, %3$L)',
        layer_name, l.columns, shape);
    IF coalesce(l.dimension, 0) = 0 THEN RETURN; END IF;
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS tiles.%I (
             _fid bigint NOT NULL, band smallint NOT NULL, geom geometry(Geometry, 3857) NOT NULL
         ) PARTITION BY LIST (band)', layer_name);
    bands := CASE l.dimension WHEN 2 THEN ARRAY[8, 10, 12, 14, 24] ELSE ARRAY[8, 10, 12] END;
    FOREACH band IN ARRAY bands LOOP
        EXECUTE format('CREATE TABLE IF NOT EXISTS tiles.%I PARTITION OF tiles.%I FOR VALUES IN (%s)',
                       layer_name || '__' || band, layer_name, band);
    END LOOP;
END $$;

-- A column under a new name: what was digested under the former one is the same values.
CREATE FUNCTION sig.rename_column(layer_name text, former text, renamed text) RETURNS void
LANGUAGE sql AS $$
    UPDATE sig.changeset SET columns =
           array_to_string(array_replace(string_to_array(columns, ', '), former, renamed), ', ')
     WHERE layer = layer_name;
    UPDATE sig.layer SET columns =
           array_to_string(array_replace(string_to_array(columns, ', '), former, renamed), ', ')
     WHERE name = layer_name;
$$;

-- Indexes that a first load makes after its rows, not before: SHARE locks only, readers go on.
-- References are checked now, as an index cannot be made over checks still pending.
CREATE FUNCTION sig.ensure_indexes(layer_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    l    sig.layer;
    part text;
    refs text;
BEGIN
    IF to_regclass(format('data.%I', layer_name || '__cs')) IS NOT NULL THEN RETURN; END IF;
    SELECT * INTO l FROM sig.layer WHERE name = layer_name;
    SELECT string_agg(format('data.%I', conname), ', ') INTO refs FROM pg_constraint
     WHERE condeferrable AND contype = 'f'
       AND format('data.%I', layer_name)::regclass IN (conrelid, confrelid);
    IF refs IS NOT NULL THEN
        EXECUTE 'SET CONSTRAINTS ' || refs || ' IMMEDIATE';
        EXECUTE 'SET CONSTRAINTS ' || refs || ' DEFERRED';
    END IF;
    EXECUTE format('CREATE INDEX IF NOT EXISTS %1$I ON data.%2$I (_changeset)',
                   layer_name || '__cs', layer_name);
    IF l.dimension IS NULL THEN RETURN; END IF;
    EXECUTE format('CREATE INDEX IF NOT EXISTS %1$I ON data.%2$I USING gist (geom)',
                   layer_name || '__geom', layer_name);
    IF l.dimension = 0 THEN RETURN; END IF;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = format('tiles.%I', layer_name)::regclass LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I USING gist (geom)', part || '_g', part);
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I (_fid)', part || '_f', part);
    END LOOP;
END $$;

-- ------------------------------------------------------------------- what each class may know

-- Whether somebody cleared for one access class may see what is of another.
CREATE FUNCTION sig.covers(cleared text, class text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_position(ARRAY['publica', 'clasificada', 'reservada'], cleared)
        >= array_position(ARRAY['publica', 'clasificada', 'reservada'], class)
$$;

DO $$
DECLARE
    class text;
BEGIN
    FOREACH class IN ARRAY ARRAY['publica', 'clasificada', 'reservada'] LOOP
        EXECUTE format(
            'CREATE VIEW %1$I.sig_layer AS
             SELECT name, generation, changeset, demonstration, feature_count, without_geometry,
                    (CASE WHEN sig.covers(%1$L, geometry_class)
                          THEN ST_Transform(extent, 4326) END)::geometry(Polygon, 4326) AS extent,
                    updated_at, unreviewed, fingerprint
               FROM sig.layer;
             CREATE VIEW %1$I.sig_changeset AS
             SELECT id, seq, layer, sealed_at, origin, added, changed, removed, refused,
                    reference_date, demonstration, undoes, encode(hash, ''hex'') AS hash
               FROM sig.changeset WHERE sealed_at IS NOT NULL;
             CREATE VIEW %1$I.sig_outbox AS
             SELECT o.id, o.layer, o.changeset, -- no extent: anywhere in the layer
                    CASE WHEN sig.covers(%1$L, l.geometry_class) THEN o.extent END AS extent
               FROM sig.outbox o JOIN sig.layer l ON l.name = o.layer
               JOIN sig.changeset c ON c.id = o.changeset AND c.sealed_at IS NOT NULL;
             GRANT SELECT ON %1$I.sig_layer, %1$I.sig_changeset, %1$I.sig_outbox TO %2$I',
            class, 'sig_' || class);
    END LOOP;
END $$;

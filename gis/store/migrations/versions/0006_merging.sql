-- Merging again what one edit touches costs what lies there, not what lies in the blocks about it:
-- each merged row keeps what the next coarser band shows of it, and only the styles that an edit
-- touched are merged again. In PL/pgSQL, whose plans last as long as the connection.

-- --------------------------------------------------------------------------------------- shapes

-- Segments of lines on a grid of half a pixel, each once; a part that vanishes in the grid is still
-- a dash, unless a segment passes there.
CREATE FUNCTION sig.grid_segments(shapes geometry[], zoom integer) RETURNS geometry[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
DECLARE
    grid     double precision := 2 * sig.tolerance(zoom);
    lines    geometry[];
    points   geometry[];
    segments geometry[];
BEGIN
    SELECT array_agg(line) FILTER (WHERE NOT ST_IsEmpty(line)),
           array_agg(ST_SnapToGrid(ST_StartPoint(part), grid)) FILTER (WHERE line IS NULL OR ST_IsEmpty(line))
      INTO lines, points
      FROM (SELECT d.geom AS part, ST_SnapToGrid(d.geom, grid) AS line
              FROM unnest(shapes) AS g, ST_Dump(g) AS d OFFSET 0) AS snapped;
    SELECT array_agg(DISTINCT ST_MakeLine(least(a, b), greatest(a, b))) INTO segments
      FROM (SELECT ST_StartPoint(d.geom) AS a, ST_EndPoint(d.geom) AS b
              FROM ST_DumpSegments(ST_Collect(lines)) AS d OFFSET 0) AS ends WHERE NOT a = b;
    IF points IS NULL THEN RETURN segments; END IF;
    RETURN segments || ARRAY(
        SELECT ST_MakeLine(p, ST_Translate(p, grid, 0)) AS dash
          FROM (SELECT p FROM unnest(points) AS p
                EXCEPT SELECT ST_StartPoint(s) FROM unnest(segments) AS s
                EXCEPT SELECT ST_EndPoint(s) FROM unnest(segments) AS s) AS alone
         ORDER BY dash);
END $$;

-- Lines of one cell and style as one: of features, and the segments that finer cells keep for it.
DROP FUNCTION sig.merged_lines(geometry[], integer);
CREATE FUNCTION sig.merged_lines(shapes geometry[], segments geometry[], zoom integer) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
BEGIN
    RETURN (
        SELECT ST_LineMerge(ST_Collect(s ORDER BY s))
          FROM (SELECT d.geom AS s FROM unnest(segments) AS g, ST_Dump(g) AS d
                 UNION SELECT unnest(sig.grid_segments(shapes, zoom)) WHERE shapes IS NOT NULL) AS each);
END $$;

-- What a coarser band shows of merged lines, as segments of its grid.
CREATE FUNCTION sig.coarse_lines(shape geometry, zoom integer) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN ST_Collect(sig.grid_segments(ARRAY[shape], zoom));
END $$;

-- Pixels of a block in the block of the band two zooms coarser.
CREATE FUNCTION sig.coarse_pixels(pixels smallint[], cell bigint) RETURNS smallint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    x0 integer := ((cell & 1) | ((cell >> 1) & 2)) << 2;
    y0 integer := (((cell >> 1) & 1) | ((cell >> 2) & 2)) << 2;
BEGIN
    RETURN ARRAY(SELECT DISTINCT (((y0 | (p >> 6)) << 4) | x0 | ((p & 15) >> 2))::smallint
                   FROM unnest(pixels) AS p ORDER BY 1);
END $$;

CREATE OR REPLACE FUNCTION sig.add_pixels(sofar smallint[], more bigint[]) RETURNS smallint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN RETURN sofar || more::smallint[]; END $$;
CREATE OR REPLACE FUNCTION sig.sorted_pixels(pixels smallint[]) RETURNS smallint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT p FROM unnest(pixels) AS p ORDER BY p);
END $$;

-- Pixels of a block (row × 16 + column) as surfaces: a rectangle for each run in a row, or for
-- equal runs in rows that follow, joined.
CREATE OR REPLACE FUNCTION sig.merged_pixels(pixels smallint[], cell bigint, zoom integer)
RETURNS geometry LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
DECLARE
    size double precision := 40075016.685578488 / (1::bigint << (zoom + 8));
    x0   bigint := sig.cell_x(cell) * 16;
    y0   bigint := sig.cell_y(cell) * 16;
BEGIN
    RETURN (
        WITH runs AS (
            SELECT min(x) AS west, max(x) + 1 AS east, y
              FROM (SELECT p & 15 AS x, p >> 4 AS y,
                           (p & 15) - row_number() OVER (PARTITION BY p >> 4 ORDER BY p & 15) AS run
                      FROM unnest(pixels) AS p) AS placed
             GROUP BY y, run
        ), boxes AS (
            SELECT west, east, min(y) AS north, max(y) + 1 AS south
              FROM (SELECT *, y - row_number() OVER (PARTITION BY west, east ORDER BY y) AS pile
                      FROM runs) AS piled
             GROUP BY west, east, pile
        )
        SELECT ST_Multi(ST_UnaryUnion(ST_Collect(ST_MakeEnvelope(
                   (x0 + west) * size - 20037508.342789244, 20037508.342789244 - (y0 + south) * size,
                   (x0 + east) * size - 20037508.342789244, 20037508.342789244 - (y0 + north) * size, 3857))))
          FROM boxes);
END $$;

-- ------------------------------------------------------------------------------------- merging

-- A statement that adds the rows of features, each band from the finer one, simplified to 1/1024 of
-- the side of the band's own tiles (half a screen pixel), and gives the bands, cells and styles it
-- touched.
CREATE OR REPLACE FUNCTION sig.generalise_sql(layer_name text, shape smallint, style_by text, rows_name text)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    style text := CASE WHEN style_by = '' THEN 'NULL::text' ELSE format('%I::text', style_by) END;
    steps text[] := ARRAY[format(
        's AS MATERIALIZED (SELECT _fid, %s AS style, ST_Transform(geom, 3857) AS geom, NULL::bigint AS cell
                 FROM %s AS r WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom))', style, rows_name)];
    puts  text[] := '{}';
    finer text := 's';
    band  integer;
BEGIN
    FOREACH band IN ARRAY sig.bands(shape) LOOP
        steps := steps || format(
            'b%1$s AS (SELECT _fid, style, %3$s AS geom, sig.cell_of(%4$L, %1$s, geom) AS cell
                         FROM %2$s WHERE cell IS NULL)',
            band, finer,
            CASE WHEN shape = 0 OR band = 24 THEN 'geom'
                 ELSE format('ST_Simplify(geom, sig.tolerance(%s), true)', band) END, shape);
        finer := 'b' || band;
        puts := puts || format('SELECT _fid, %s, cell, style, geom FROM b%1$s', band);
    END LOOP;
    RETURN format(
        'WITH %s, put AS (INSERT INTO tiles.%I (_fid, band, cell, style, geom) %s %s RETURNING band, cell, style)
         SELECT array_agg(band), array_agg(cell), array_agg(style)
           FROM (SELECT DISTINCT band, cell, style FROM put WHERE cell IS NOT NULL) AS d',
        array_to_string(steps, ', '), layer_name, array_to_string(puts, ' UNION ALL '),
        CASE WHEN shape < 2 THEN 'ORDER BY geom' ELSE '' END);
END $$;

-- A statement that merges what lies in cells of a band ($1; null: in all) from the rows of features
-- that end there and from what is merged in the finer band ($2: those cells), in styles ($3).
CREATE OR REPLACE FUNCTION sig.merge_sql(layer_name text, shape smallint, band integer, finer integer, whole boolean)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own    text := CASE WHEN whole THEN 'cell IS NOT NULL' ELSE 'cell = ANY($1) AND coalesce(style, '''') = ANY($3)' END;
    below  text := CASE WHEN whole THEN 'true' ELSE 'cell = ANY($2) AND coalesce(style, '''') = ANY($3)' END;
    parent text := format('cell >> %s', 2 * (finer - band));
    -- of a feature, of a finer cell, of all together
    a      text;
    b      text;
    c      text;
    shown  text;
    -- what the next coarser band takes of it
    pixels text := 'NULL::smallint[]';
    lines  text := 'NULL::geometry';
    coarsest integer := (SELECT min(m) FROM unnest(sig.merged_bands(shape)) AS m);
BEGIN
    IF shape = 0 THEN
        a := '(ST_XMin(geom) + ST_XMax(geom)) / 2 AS x, (ST_YMin(geom) + ST_YMax(geom)) / 2 AS y';
        b := 'ST_X(geom) AS x, ST_Y(geom) AS y';
        c := 'sum(x * n) / sum(n) AS x, sum(y * n) / sum(n) AS y';
        shown := 'ST_SetSRID(ST_MakePoint(x, y), 3857)';
    ELSIF shape = 1 THEN
        a := 'geom AS g, NULL::geometry AS s';
        b := 'NULL::geometry AS g, coarse AS s';
        c := 'array_agg(g) FILTER (WHERE g IS NOT NULL) AS g, array_agg(s) FILTER (WHERE s IS NOT NULL) AS s';
        shown := format('sig.merged_lines(g, s, %s)', band);
        lines := format('sig.coarse_lines(shown, %s)', band - 2);
    ELSE
        a := format('ARRAY[((sig.place(-ST_YMax(geom), -ST_YMin(geom), %1$s, 8) & 15) << 4)
                          | (sig.place(ST_XMin(geom), ST_XMax(geom), %1$s, 8) & 15)] AS p', band);
        b := 'pixels::bigint[] AS p';
        c := 'sig.distinct_pixels(p) AS p';
        shown := format('sig.merged_pixels(p, cell, %s)', band);
        pixels := 'sig.coarse_pixels(p, cell)';
    END IF;
    IF band = coarsest THEN
        lines := 'NULL::geometry';
        pixels := 'NULL::smallint[]';
    END IF;
    RETURN format(
        'INSERT INTO tiles.%1$I (band, cell, style, cantidad, _fid, geom, pixels, coarse)
         SELECT %2$s, cell, style, n, CASE WHEN n = 1 THEN _fid END, shown, %9$s, %10$s
           FROM (SELECT whole.*, %3$s AS shown
                   FROM (SELECT cell, style, sum(n) AS n, min(_fid) AS _fid, %4$s
                           FROM (SELECT cell, style, 1::bigint AS n, _fid, %5$s FROM tiles.%6$I
                                  WHERE band = %2$s AND %7$s %8$s) AS part
                          GROUP BY cell, style) AS whole OFFSET 0) AS drawn ORDER BY cell, style',
        layer_name || '__merged', band, shown, c, a, layer_name, own,
        CASE WHEN finer IS NULL THEN '' ELSE format(
            'UNION ALL SELECT %s, style, cantidad, _fid, %s FROM tiles.%I WHERE band = %s AND %s',
            parent, b, layer_name || '__merged', finer, below) END, pixels, lines);
END $$;

-- Merges again the cells that features came to or left, and those above them, in the styles of those
-- features; null: all of them.
DROP FUNCTION sig.merge(text, smallint, integer[], bigint[]);
CREATE FUNCTION sig.merge(layer_name text, shape smallint, bands integer[], cells bigint[],
                          styles text[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    band  integer;
    finer integer;
    mine  bigint[];
    below bigint[];
    named text[] := ARRAY(SELECT DISTINCT coalesce(s, '') FROM unnest(styles) AS s);
BEGIN
    IF bands IS NOT NULL AND cardinality(bands) = 0 THEN RETURN; END IF;
    FOREACH band IN ARRAY sig.merged_bands(shape) LOOP
        IF bands IS NOT NULL THEN
            SELECT array_agg(DISTINCT c) INTO mine FROM (
                SELECT t.c FROM unnest(bands, cells) AS t(b, c) WHERE t.b = band
                 UNION ALL SELECT m >> (2 * (finer - band)) FROM unnest(mine) AS m
            ) AS touched;
            EXECUTE format('DELETE FROM tiles.%I WHERE band = %s AND cell = ANY($1)
                            AND coalesce(style, '''') = ANY($2)',
                           layer_name || '__merged', band) USING mine, named;
            below := sig.cells_down(mine, finer - band);
        END IF;
        EXECUTE sig.merge_sql(layer_name, shape, band, finer, bands IS NULL) USING mine, below, named;
        finer := band;
    END LOOP;
END $$;

-- Makes all rows of a layer's tiles anew.
CREATE OR REPLACE FUNCTION sig.rebuild_tiles(layer_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    l sig.layer;
BEGIN
    SELECT * INTO l FROM sig.layer WHERE name = layer_name;
    IF l.dimension IS NULL THEN RETURN; END IF;
    EXECUTE format('TRUNCATE tiles.%I, tiles.%I', layer_name, layer_name || '__merged');
    EXECUTE sig.generalise_sql(layer_name, l.dimension, l.style_by, format('data.%I', layer_name));
    PERFORM sig.merge(layer_name, l.dimension, NULL, NULL, NULL);
END $$;

-- -------------------------------------------------------------------------------- the changeset

CREATE OR REPLACE FUNCTION sig.after_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    cs    bigint := sig.open_changeset(TG_TABLE_NAME);
    shape smallint := nullif(TG_ARGV[1], '')::smallint;
    style text := (SELECT style_by FROM sig.layer WHERE name = TG_TABLE_NAME);
    n     bigint;
    alien bigint;
    first boolean;
    bands integer[];
    cells bigint[];
    styles text[];
BEGIN
    SELECT count(*), count(*) FILTER (WHERE _changeset <> cs) INTO n, alien FROM new_rows;
    IF alien > 0 THEN
        RAISE EXCEPTION '_changeset lo pone el sistema: no lo escriba en data.%', TG_TABLE_NAME;
    END IF;
    IF n = 0 THEN RETURN NULL; END IF;
    UPDATE sig.changeset SET added = added + n WHERE id = cs;
    EXECUTE sig.register_sql(shape, 'new_rows') USING TG_TABLE_NAME, 1;
    IF shape IS NOT NULL THEN
        EXECUTE format('SELECT NOT EXISTS (SELECT FROM tiles.%I)', TG_TABLE_NAME) INTO first;
        EXECUTE sig.generalise_sql(TG_TABLE_NAME, shape, style, 'new_rows') INTO bands, cells, styles;
        IF first THEN
            PERFORM sig.merge(TG_TABLE_NAME, shape, NULL, NULL, NULL);
        ELSE
            PERFORM sig.merge(TG_TABLE_NAME, shape, coalesce(bands, '{}'), cells, styles);
        END IF;
        EXECUTE sig.touch_sql('new_rows') USING TG_TABLE_NAME, cs;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION sig.after_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    cs    bigint := sig.open_changeset(TG_TABLE_NAME);
    cols  text := TG_ARGV[0];
    shape smallint := nullif(TG_ARGV[1], '')::smallint;
    style text := (SELECT style_by FROM sig.layer WHERE name = TG_TABLE_NAME);
    moved text;
    drawn boolean; -- whether anything in the tiles differs
    n     bigint;
    alien bigint;
    gone_bands integer[];
    gone_cells bigint[];
    gone_styles text[];
    bands integer[];
    cells bigint[];
    styles text[];
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
    IF shape IS NOT NULL THEN
        moved := '(SELECT n.* FROM old_rows o JOIN new_rows n USING (_fid)
                    WHERE o.geom IS DISTINCT FROM n.geom'
              || CASE WHEN style = '' THEN ')'
                      ELSE format(' OR o.%1$I IS DISTINCT FROM n.%1$I)', style) END;
        EXECUTE 'SELECT EXISTS ' || moved INTO drawn;
        IF drawn THEN
            EXECUTE format(
                'WITH gone AS (DELETE FROM tiles.%I AS t USING %s AS m WHERE t._fid = m._fid
                               RETURNING t.band, t.cell, t.style)
                 SELECT array_agg(band), array_agg(cell), array_agg(style)
                   FROM gone WHERE cell IS NOT NULL',
                TG_TABLE_NAME, moved) INTO gone_bands, gone_cells, gone_styles;
            EXECUTE sig.generalise_sql(TG_TABLE_NAME, shape, style, moved) INTO bands, cells, styles;
            PERFORM sig.merge(TG_TABLE_NAME, shape, coalesce(gone_bands, '{}') || coalesce(bands, '{}'),
                              gone_cells || cells, gone_styles || styles);
        END IF;
        EXECUTE sig.touch_sql('old_rows') USING TG_TABLE_NAME, cs;
        EXECUTE sig.touch_sql('new_rows') USING TG_TABLE_NAME, cs;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION sig.after_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    cs     bigint := sig.open_changeset(TG_TABLE_NAME);
    cols   text := TG_ARGV[0];
    shape  smallint := nullif(TG_ARGV[1], '')::smallint;
    former bigint;  -- current before this changeset
    mended bigint;  -- changed by this changeset before being deleted by it
    fresh  bigint;  -- added by this changeset
    bands  integer[];
    cells  bigint[];
    styles text[];
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
    IF shape IS NOT NULL THEN
        EXECUTE format(
            'WITH gone AS (DELETE FROM tiles.%I t USING old_rows o WHERE t._fid = o._fid
                           RETURNING t.band, t.cell, t.style)
             SELECT array_agg(band), array_agg(cell), array_agg(style)
               FROM (SELECT DISTINCT band, cell, style FROM gone WHERE cell IS NOT NULL) AS d', TG_TABLE_NAME)
           INTO bands, cells, styles;
        PERFORM sig.merge(TG_TABLE_NAME, shape, coalesce(bands, '{}'), cells, styles);
        EXECUTE sig.touch_sql('old_rows') USING TG_TABLE_NAME, cs;
    END IF;
    RETURN NULL;
END $$;

-- -------------------------------------------------------------------------------- layer's tables

CREATE OR REPLACE FUNCTION sig.attach(layer_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    l    sig.layer;
    band integer;
BEGIN
    SELECT * INTO l FROM sig.layer WHERE name = layer_name;
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
        layer_name, l.columns, coalesce(l.dimension::text, ''));
    IF l.dimension IS NULL THEN RETURN; END IF;
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS tiles.%1$I (
             _fid bigint NOT NULL, band smallint NOT NULL, cell bigint, style text,
             geom geometry(Geometry, 3857) NOT NULL
         ) PARTITION BY LIST (band);
         CREATE TABLE IF NOT EXISTS tiles.%2$I (
             band smallint NOT NULL, cell bigint NOT NULL, style text, cantidad bigint NOT NULL,
             _fid bigint, geom geometry(Geometry, 3857), pixels smallint[],
             coarse geometry(Geometry, 3857)
         ) %3$s', layer_name, layer_name || '__merged',
        CASE WHEN l.dimension = 0 THEN '' ELSE 'PARTITION BY LIST (band)' END);
    FOREACH band IN ARRAY sig.bands(l.dimension) LOOP
        EXECUTE format('CREATE TABLE IF NOT EXISTS tiles.%I PARTITION OF tiles.%I FOR VALUES IN (%s)',
                       layer_name || '__' || band, layer_name, band);
    END LOOP;
    IF l.dimension > 0 THEN
        FOREACH band IN ARRAY sig.merged_bands(l.dimension) LOOP
            EXECUTE format('CREATE TABLE IF NOT EXISTS tiles.%I PARTITION OF tiles.%I FOR VALUES IN (%s)',
                           layer_name || '__m' || band, layer_name || '__merged', band);
        END LOOP;
    END IF;
END $$;

DO $$
DECLARE
    l sig.layer;
BEGIN
    FOR l IN SELECT * FROM sig.layer WHERE dimension IS NOT NULL LOOP
        EXECUTE format('ALTER TABLE tiles.%I ADD COLUMN coarse geometry(Geometry, 3857)',
                       l.name || '__merged');
        IF l.dimension > 0 THEN
            PERFORM sig.rebuild_tiles(l.name);
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION sig.merge, sig.grid_segments, sig.coarse_lines, sig.coarse_pixels,
    sig.merged_lines FROM PUBLIC;

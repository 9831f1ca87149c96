-- Tiles whose small features are merged, with their count (`cantidad`), kept by the changeset.
--
-- tiles.<layer>           rows of features: one at each band where the feature is drawn by itself
--                         (cell null), and one at the first coarser band where it is merged (its cell)
-- tiles.<layer>__merged   one row per band, cell and style: how many features, and their shape
--
-- "Merged" is a cell of the tile grid: for points and surfaces a feature that covers less than a
-- pixel (1/256 of a tile's side), for lines one shorter than 16 pixels, drawn with its neighbours.

ALTER TABLE sig.layer ADD COLUMN style_by text; -- field that tells merged features apart; '' is none
COMMENT ON COLUMN sig.layer.style_by IS 'Campo que distingue a los elementos unidos en las teselas; nulo: por hacer';

-- The former tables go; synchronising the layers makes the new ones and their functions again.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = 'tiles' AND c.relkind = 'p' LOOP
        EXECUTE format('DROP TABLE %s CASCADE', t.name);
    END LOOP;
END $$;
UPDATE sig.layer SET fingerprint = '';
DROP FUNCTION sig.generalise_sql(text, smallint, text);
DROP FUNCTION sig.band(smallint, integer);

-- ------------------------------------------------------------------------------------- the grid

-- Bands at which features have rows of their own, from the finest; a feature keeps a row at each
-- until it is merged. 24 is the whole shape. Lines above 12 are drawn from where they are stored.
CREATE FUNCTION sig.bands(shape smallint) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE shape WHEN 0 THEN ARRAY[14] WHEN 1 THEN ARRAY[12, 10, 8]
                      WHEN 2 THEN ARRAY[24, 14, 12, 10, 8] END
$$;

-- Bands at which features are merged, from the finest.
CREATE FUNCTION sig.merged_bands(shape smallint) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE shape WHEN 0 THEN ARRAY[14, 12, 10, 8, 6]
                      WHEN 1 THEN ARRAY[12, 10, 8] WHEN 2 THEN ARRAY[14, 12, 10, 8] END
$$;

-- The band that serves a zoom; null where features are drawn from where they are stored.
CREATE FUNCTION sig.band(shape smallint, zoom integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN zoom > 14 AND shape = 2 THEN 24
                 WHEN zoom > CASE shape WHEN 1 THEN 12 ELSE 14 END THEN NULL
                 ELSE greatest(zoom + zoom % 2, CASE shape WHEN 0 THEN 6 ELSE 8 END) END)::smallint
$$;

-- The next coarser band that may serve a zoom when a tile would hold too much; itself when none may.
-- Four times coarser at most, so that a tile depends on nothing farther than half its side.
CREATE FUNCTION sig.coarser(shape smallint, zoom integer, band smallint) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN found = ANY(sig.merged_bands(shape)) AND (shape = 0 OR zoom - found <= 2)
                THEN found ELSE band END::smallint
      FROM (SELECT CASE WHEN band = 24 OR band IS NULL THEN (sig.merged_bands(shape))[1]
                        ELSE band - 2 END AS found) AS next
$$;

-- Cells to a side of a tile, as a power of two: a point's cell is a pixel, the others' a block of
-- 16 × 16 pixels.
CREATE FUNCTION sig.cell_bits(shape smallint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE shape WHEN 0 THEN 8 ELSE 4 END $$;

-- Number of the cell of column gx and row gy (from the north-west corner of the world): the bits of
-- row and column by turns (Morton). The cells within a tile, or within a coarser cell, are consecutive.
CREATE FUNCTION sig.spread(n bigint) RETURNS bigint -- bits of 0–255, a zero before each
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (ARRAY[0,1,4,5,16,17,20,21,64,65,68,69,80,81,84,85,256,257,260,261,272,273,276,277,320,321,324,
        325,336,337,340,341,1024,1025,1028,1029,1040,1041,1044,1045,1088,1089,1092,1093,1104,
        1105,1108,1109,1280,1281,1284,1285,1296,1297,1300,1301,1344,1345,1348,1349,1360,1361,
        1364,1365,4096,4097,4100,4101,4112,4113,4116,4117,4160,4161,4164,4165,4176,4177,4180,
        4181,4352,4353,4356,4357,4368,4369,4372,4373,4416,4417,4420,4421,4432,4433,4436,4437,
        5120,5121,5124,5125,5136,5137,5140,5141,5184,5185,5188,5189,5200,5201,5204,5205,5376,
        5377,5380,5381,5392,5393,5396,5397,5440,5441,5444,5445,5456,5457,5460,5461,16384,16385,
        16388,16389,16400,16401,16404,16405,16448,16449,16452,16453,16464,16465,16468,16469,
        16640,16641,16644,16645,16656,16657,16660,16661,16704,16705,16708,16709,16720,16721,
        16724,16725,17408,17409,17412,17413,17424,17425,17428,17429,17472,17473,17476,17477,
        17488,17489,17492,17493,17664,17665,17668,17669,17680,17681,17684,17685,17728,17729,
        17732,17733,17744,17745,17748,17749,20480,20481,20484,20485,20496,20497,20500,20501,
        20544,20545,20548,20549,20560,20561,20564,20565,20736,20737,20740,20741,20752,20753,
        20756,20757,20800,20801,20804,20805,20816,20817,20820,20821,21504,21505,21508,21509,
        21520,21521,21524,21525,21568,21569,21572,21573,21584,21585,21588,21589,21760,21761,
        21764,21765,21776,21777,21780,21781,21824,21825,21828,21829,21840,21841,21844,21845]::bigint[])[n + 1]
$$;
CREATE FUNCTION sig.gather(n bigint) RETURNS bigint -- the even bits of 0–65535
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (ARRAY[0,1,0,1,2,3,2,3,0,1,0,1,2,3,2,3,4,5,4,5,6,7,6,7,4,5,4,5,6,7,6,7,0,1,0,1,2,3,2,3,0,1,0,1,
        2,3,2,3,4,5,4,5,6,7,6,7,4,5,4,5,6,7,6,7,8,9,8,9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,
        12,13,14,15,14,15,12,13,12,13,14,15,14,15,8,9,8,9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,
        12,13,14,15,14,15,12,13,12,13,14,15,14,15,0,1,0,1,2,3,2,3,0,1,0,1,2,3,2,3,4,5,4,5,6,7,6,
        7,4,5,4,5,6,7,6,7,0,1,0,1,2,3,2,3,0,1,0,1,2,3,2,3,4,5,4,5,6,7,6,7,4,5,4,5,6,7,6,7,8,9,8,
        9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,12,13,14,15,14,15,12,13,12,13,14,15,14,15,8,9,8,
        9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,12,13,14,15,14,15,12,13,12,13,14,15,14,15]::bigint[])[(n & 255) + 1]
         | ((ARRAY[0,1,0,1,2,3,2,3,0,1,0,1,2,3,2,3,4,5,4,5,6,7,6,7,4,5,4,5,6,7,6,7,0,1,0,1,2,3,2,3,0,1,0,1,
        2,3,2,3,4,5,4,5,6,7,6,7,4,5,4,5,6,7,6,7,8,9,8,9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,
        12,13,14,15,14,15,12,13,12,13,14,15,14,15,8,9,8,9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,
        12,13,14,15,14,15,12,13,12,13,14,15,14,15,0,1,0,1,2,3,2,3,0,1,0,1,2,3,2,3,4,5,4,5,6,7,6,
        7,4,5,4,5,6,7,6,7,0,1,0,1,2,3,2,3,0,1,0,1,2,3,2,3,4,5,4,5,6,7,6,7,4,5,4,5,6,7,6,7,8,9,8,
        9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,12,13,14,15,14,15,12,13,12,13,14,15,14,15,8,9,8,
        9,10,11,10,11,8,9,8,9,10,11,10,11,12,13,12,13,14,15,14,15,12,13,12,13,14,15,14,15]::bigint[])[(n >> 8) + 1] << 4)
$$;
CREATE FUNCTION sig.cell(gx bigint, gy bigint) RETURNS bigint -- below 2^24
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (sig.spread(gx >> 16) << 32) | (sig.spread((gx >> 8) & 255) << 16) | sig.spread(gx & 255)
         | (sig.spread(gy >> 16) << 33) | (sig.spread((gy >> 8) & 255) << 17) | (sig.spread(gy & 255) << 1)
$$;
CREATE FUNCTION sig.cell_x(cell bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sig.gather(cell & 21845) | (sig.gather((cell >> 16) & 21845) << 8)
         | (sig.gather((cell >> 32) & 21845) << 16)
$$;
CREATE FUNCTION sig.cell_y(cell bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT sig.cell_x(cell >> 1) $$;

-- The cells `down` zooms finer within cells.
CREATE FUNCTION sig.cells_down(cells bigint[], down integer) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg((c << (2 * down)) + i)
      FROM unnest(cells) AS c, generate_series(0, (1 << (2 * down)) - 1) AS i
$$;

-- Column and row of the cell of the middle of a shape in 3857, `bits` cells to a side of a tile.
CREATE FUNCTION sig.place(low double precision, high double precision, zoom integer, bits integer)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor(((low + high) / 2 + 20037508.342789244) / 40075016.685578488
                 * (1::bigint << (zoom + bits)))::bigint
$$;

-- Cell in which a shape is merged at a band; null when it is drawn by itself there.
CREATE FUNCTION sig.cell_of(shape smallint, zoom integer, geom geometry) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    pixel double precision := 40075016.685578488 / 256 / (1::bigint << zoom);
    side  double precision;
    bits  integer := sig.cell_bits(shape);
BEGIN
    IF shape > 0 THEN
        side := greatest(ST_XMax(geom) - ST_XMin(geom), ST_YMax(geom) - ST_YMin(geom));
        IF zoom = 24 OR (shape = 1 AND side >= 16 * pixel)
           OR (shape = 2 AND (side >= 2 * pixel OR ST_Area(geom) >= pixel * pixel)) THEN
            RETURN NULL;
        END IF;
    END IF;
    RETURN sig.cell(sig.place(ST_XMin(geom), ST_XMax(geom), zoom, bits),
                    sig.place(-ST_YMax(geom), -ST_YMin(geom), zoom, bits));
END $$;

-- --------------------------------------------------------------------------- rows of features

-- A statement that adds the rows of features, each band from the finer one, simplified to 1/1024 of
-- the side of the band's own tiles (half a screen pixel), and gives the bands and cells it touched.
CREATE FUNCTION sig.generalise_sql(layer_name text, shape smallint, style_by text, rows_name text)
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
        'WITH %s, put AS (INSERT INTO tiles.%I (_fid, band, cell, style, geom) %s %s RETURNING band, cell)
         SELECT array_agg(band), array_agg(cell)
           FROM (SELECT DISTINCT band, cell FROM put WHERE cell IS NOT NULL) AS d',
        array_to_string(steps, ', '), layer_name, array_to_string(puts, ' UNION ALL '),
        CASE WHEN shape < 2 THEN 'ORDER BY geom' ELSE '' END);
END $$;

-- ------------------------------------------------------------------------------------- merging

-- Lines of one cell and style as one: on a grid of half a pixel, each segment once; a part that
-- vanishes in the grid is still a dash, unless a segment passes there.
CREATE FUNCTION sig.merged_lines(shapes geometry[], zoom integer) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH snapped AS (
        SELECT (d).geom AS part, ST_SnapToGrid((d).geom, grid) AS line, grid
          FROM unnest(shapes) AS g, ST_Dump(g) AS d, (SELECT 2 * sig.tolerance(zoom) AS grid) AS half
    ), ends AS (
        SELECT ST_StartPoint((d).geom) AS a, ST_EndPoint((d).geom) AS b
          FROM snapped, ST_DumpSegments(line) AS d WHERE NOT ST_IsEmpty(line)
    ), segments AS (
        SELECT ST_MakeLine(least(a, b), greatest(a, b)) AS s FROM ends WHERE NOT a = b
        UNION
        SELECT ST_MakeLine(p, ST_Translate(p, grid, 0))
          FROM snapped, ST_SnapToGrid(ST_StartPoint(part), grid) AS p
         WHERE (line IS NULL OR ST_IsEmpty(line))
           AND NOT EXISTS (SELECT FROM ends WHERE a = p) AND NOT EXISTS (SELECT FROM ends WHERE b = p)
    )
    SELECT ST_LineMerge(ST_Collect(s ORDER BY s)) FROM segments
$$;

-- Pixels of a block (row × 16 + column) as surfaces: a rectangle for each run in a row, joined.
CREATE FUNCTION sig.merged_pixels(pixels smallint[], cell bigint, zoom integer) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH world AS (
        SELECT 40075016.685578488 / (1::bigint << (zoom + 8)) AS size,
               sig.cell_x(cell) * 16 AS x0, sig.cell_y(cell) * 16 AS y0
    ), runs AS (
        SELECT min(x) AS west, max(x) + 1 AS east, y
          FROM (SELECT p & 15 AS x, p >> 4 AS y,
                       (p & 15) - row_number() OVER (PARTITION BY p >> 4 ORDER BY p & 15) AS run
                  FROM unnest(pixels) AS p) AS placed
         GROUP BY y, run
    )
    SELECT ST_Multi(ST_UnaryUnion(ST_Collect(ST_MakeEnvelope(
               (x0 + west) * size - 20037508.342789244, 20037508.342789244 - (y0 + y + 1) * size,
               (x0 + east) * size - 20037508.342789244, 20037508.342789244 - (y0 + y) * size, 3857))))
      FROM runs, world
$$;

-- A statement that merges what lies in cells of a band ($1; null: in all) from the rows of features
-- that end there and from what is merged `step` zooms finer ($2: those cells).
CREATE FUNCTION sig.merge_sql(layer_name text, shape smallint, band integer, finer integer, whole boolean)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own    text := CASE WHEN whole THEN 'cell IS NOT NULL' ELSE 'cell = ANY($1)' END;
    below  text := CASE WHEN whole THEN 'true' ELSE 'cell = ANY($2)' END;
    parent text := format('cell >> %s', 2 * (finer - band));
    -- of a feature, of a finer cell, of all together
    a      text;
    b      text;
    c      text;
    shown  text;
BEGIN
    IF shape = 0 THEN
        a := '(ST_XMin(geom) + ST_XMax(geom)) / 2 AS x, (ST_YMin(geom) + ST_YMax(geom)) / 2 AS y';
        b := 'ST_X(geom) AS x, ST_Y(geom) AS y';
        c := 'sum(x * n) / sum(n) AS x, sum(y * n) / sum(n) AS y';
        shown := 'ST_SetSRID(ST_MakePoint(x, y), 3857), NULL::smallint[]';
    ELSIF shape = 1 THEN
        a := 'geom AS g';
        b := a;
        c := 'array_agg(g ORDER BY g) AS g';
        shown := format('sig.merged_lines(g, %s), NULL::smallint[]', band);
    ELSE
        a := format('ARRAY[((sig.place(-ST_YMax(geom), -ST_YMin(geom), %1$s, 8) & 15) << 4)
                          | (sig.place(ST_XMin(geom), ST_XMax(geom), %1$s, 8) & 15)] AS p', band);
        b := format('ARRAY(SELECT ((((sig.cell_y(cell) << 4) | (q >> 4)) >> %1$s & 15) << 4)
                               | (((sig.cell_x(cell) << 4) | (q & 15)) >> %1$s & 15)
                            FROM unnest(pixels) AS q) AS p', finer - band);
        c := 'sig.distinct_pixels(p) AS p';
        shown := format('sig.merged_pixels(p, cell, %s), p', band);
    END IF;
    RETURN format(
        'INSERT INTO tiles.%1$I (band, cell, style, cantidad, _fid, geom, pixels)
         SELECT %2$s, cell, style, n, CASE WHEN n = 1 THEN _fid END, %3$s
           FROM (SELECT cell, style, sum(n) AS n, min(_fid) AS _fid, %4$s
                   FROM (SELECT cell, style, 1::bigint AS n, _fid, %5$s FROM tiles.%6$I
                          WHERE band = %2$s AND %7$s %8$s) AS part
                  GROUP BY cell, style) AS whole ORDER BY cell, style',
        layer_name || '__merged', band, shown, c, a, layer_name, own,
        CASE WHEN finer IS NULL THEN '' ELSE format(
            'UNION ALL SELECT %s, style, cantidad, _fid, %s FROM tiles.%I WHERE band = %s AND %s',
            parent, b, layer_name || '__merged', finer, below) END);
END $$;

CREATE FUNCTION sig.add_pixels(sofar smallint[], more bigint[]) RETURNS smallint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT sofar || more::smallint[] $$;
CREATE FUNCTION sig.sorted_pixels(pixels smallint[]) RETURNS smallint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT p ORDER BY p) FROM unnest(pixels) AS p
$$;
CREATE AGGREGATE sig.distinct_pixels(bigint[]) (
    SFUNC = sig.add_pixels, STYPE = smallint[], INITCOND = '{}', FINALFUNC = sig.sorted_pixels
);

-- Merges again the cells that features came to or left, and those above them; null: all of them.
CREATE FUNCTION sig.merge(layer_name text, shape smallint, bands integer[], cells bigint[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    band  integer;
    finer integer;
    mine  bigint[];
    below bigint[];
BEGIN
    IF bands IS NOT NULL AND cardinality(bands) = 0 THEN RETURN; END IF;
    FOREACH band IN ARRAY sig.merged_bands(shape) LOOP
        IF bands IS NOT NULL THEN
            SELECT array_agg(DISTINCT c) INTO mine FROM (
                SELECT t.c FROM unnest(bands, cells) AS t(b, c) WHERE t.b = band
                 UNION ALL SELECT m >> (2 * (finer - band)) FROM unnest(mine) AS m
            ) AS touched;
            EXECUTE format('DELETE FROM tiles.%I WHERE band = %s AND cell = ANY($1)',
                           layer_name || '__merged', band) USING mine;
            below := sig.cells_down(mine, finer - band);
        END IF;
        EXECUTE sig.merge_sql(layer_name, shape, band, finer, bands IS NULL) USING mine, below;
        finer := band;
    END LOOP;
END $$;

-- Makes all rows of a layer's tiles anew.
CREATE FUNCTION sig.rebuild_tiles(layer_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    l sig.layer;
BEGIN
    SELECT * INTO l FROM sig.layer WHERE name = layer_name;
    IF l.dimension IS NULL THEN RETURN; END IF;
    EXECUTE format('TRUNCATE tiles.%I, tiles.%I', layer_name, layer_name || '__merged');
    EXECUTE sig.generalise_sql(layer_name, l.dimension, l.style_by, format('data.%I', layer_name));
    PERFORM sig.merge(layer_name, l.dimension, NULL, NULL);
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
        EXECUTE sig.generalise_sql(TG_TABLE_NAME, shape, style, 'new_rows') INTO bands, cells;
        IF first THEN
            PERFORM sig.merge(TG_TABLE_NAME, shape, NULL, NULL);
        ELSE
            PERFORM sig.merge(TG_TABLE_NAME, shape, coalesce(bands, '{}'), cells);
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
    n     bigint;
    alien bigint;
    gone_bands integer[];
    gone_cells bigint[];
    bands integer[];
    cells bigint[];
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
        EXECUTE format(
            'WITH gone AS (DELETE FROM tiles.%I AS t USING %s AS m WHERE t._fid = m._fid
                           RETURNING t.band, t.cell)
             SELECT array_agg(band), array_agg(cell) FROM gone WHERE cell IS NOT NULL',
            TG_TABLE_NAME, moved) INTO gone_bands, gone_cells;
        EXECUTE sig.generalise_sql(TG_TABLE_NAME, shape, style, moved) INTO bands, cells;
        PERFORM sig.merge(TG_TABLE_NAME, shape, coalesce(gone_bands, '{}') || coalesce(bands, '{}'),
                          gone_cells || cells);
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
                           RETURNING t.band, t.cell)
             SELECT array_agg(band), array_agg(cell)
               FROM (SELECT DISTINCT band, cell FROM gone WHERE cell IS NOT NULL) AS d', TG_TABLE_NAME)
           INTO bands, cells;
        PERFORM sig.merge(TG_TABLE_NAME, shape, coalesce(bands, '{}'), cells);
        EXECUTE sig.touch_sql('old_rows') USING TG_TABLE_NAME, cs;
    END IF;
    RETURN NULL;
END $$;

-- -------------------------------------------------------------------------------- layer's tables

-- Triggers, and the tables of tiles. Called when the tables are made or their columns change.
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
             _fid bigint, geom geometry(Geometry, 3857), pixels smallint[]
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

CREATE OR REPLACE FUNCTION sig.rename_column(layer_name text, former text, renamed text) RETURNS void
LANGUAGE sql AS $$
    UPDATE sig.changeset SET columns =
           array_to_string(array_replace(string_to_array(columns, ', '), former, renamed), ', ')
     WHERE layer = layer_name;
    UPDATE sig.layer SET columns =
           array_to_string(array_replace(string_to_array(columns, ', '), former, renamed), ', '),
           style_by = CASE WHEN quote_ident(style_by) = former THEN trim(BOTH '"' FROM renamed)
                           ELSE style_by END
     WHERE name = layer_name;
$$;

-- The tiles follow the field that tells merged features apart.
CREATE FUNCTION sig.settle_tiles(layer_name text, field text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE sig.layer SET style_by = field WHERE name = layer_name AND style_by IS DISTINCT FROM field;
    IF FOUND THEN
        PERFORM sig.rebuild_tiles(layer_name);
        PERFORM sig.ensure_tile_indexes(layer_name);
    END IF;
END $$;

-- Indexes of the tables of tiles, made after their rows; none while the layer is empty.
CREATE FUNCTION sig.ensure_tile_indexes(layer_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    l    sig.layer;
    part text;
BEGIN
    SELECT * INTO l FROM sig.layer WHERE name = layer_name;
    IF l.dimension IS NULL OR l.feature_count = 0 THEN RETURN; END IF;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = format('tiles.%I', layer_name)::regclass LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I (_fid)', part || '_f', part);
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I (cell) WHERE cell IS NOT NULL', part || '_c', part);
        IF l.dimension > 0 THEN
            EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I USING gist (geom) WHERE cell IS NULL',
                           part || '_g', part);
        END IF;
    END LOOP;
    IF l.dimension = 0 THEN
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I (band, cell)',
                       layer_name || '__m_c', layer_name || '__merged');
        RETURN;
    END IF;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = format('tiles.%I', layer_name || '__merged')::regclass LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I (cell)', part || '_c', part);
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON tiles.%I USING gist (geom)', part || '_g', part);
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION sig.ensure_indexes(layer_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    l    sig.layer;
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
    PERFORM sig.ensure_tile_indexes(layer_name);
END $$;

-- Who follows the changes must know how far a tile shows them.
DO $$
DECLARE
    class text;
BEGIN
    FOREACH class IN ARRAY ARRAY['publica', 'clasificada', 'reservada'] LOOP
        EXECUTE format(
            'CREATE OR REPLACE VIEW %1$I.sig_layer AS
             SELECT name, generation, changeset, demonstration, feature_count, without_geometry,
                    (CASE WHEN sig.covers(%1$L, geometry_class)
                          THEN ST_Transform(extent, 4326) END)::geometry(Polygon, 4326) AS extent,
                    updated_at, unreviewed, fingerprint, dimension
               FROM sig.layer', class);
    END LOOP;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sig FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sig.covers TO sig_publica, sig_clasificada, sig_reservada;
GRANT EXECUTE ON FUNCTION sig.open_changeset TO PUBLIC;

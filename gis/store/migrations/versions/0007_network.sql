-- Layers of streets as graphs to travel on, kept by the changeset whoever writes.
--
-- network.<layer>__line   each part of each feature, two points or more (EPSG:9377)
-- network.<layer>__edge   each line cut where it meets others; seconds on foot and by car, each way,
--                         -1 where nobody passes
--
-- A graph is a function of the features and of what is declared of them, decided within `tolerance`
-- metres, so that what an edit makes again is what making everything again would give:
--
--   a line is cut at its ends; at each vertex that is another's, or its own a second time, or near a
--   vertex of another line; and where the end of another line comes near it between vertices.
--   Lines that merely cross (a bridge) are not cut.
--   the places where lines are cut are one node when a chain of them, each near the next, joins
--   them. A chain that is much longer than the tolerance (a line drawn twice, vertex by vertex) is
--   parted by a grid, or whole streets would be one node.

CREATE SCHEMA network;
COMMENT ON SCHEMA network IS 'Las capas de vías como grafos por donde se viaja (EPSG:9377, segundos)';

CREATE TABLE sig.network (
    layer    text PRIMARY KEY REFERENCES sig.layer,
    settings jsonb NOT NULL   -- what its contract says of speeds, codes, direction and tolerance
);

-- Number of the node whose first point is at x, y: both in centimetres, 31 bits each.
CREATE FUNCTION sig.node(x double precision, y double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((floor(x * 100)::bigint & 2147483647) << 31) | (floor(y * 100)::bigint & 2147483647)
$$;

-- ------------------------------------------------------------------------------------ statements

-- Fields of data.<layer> d as what it takes to travel a metre: seconds on foot, by car as the line
-- is drawn, and by car against it; -1 where nobody passes.
CREATE FUNCTION sig.pace_sql(s jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind   text := nullif(s->>'kind', '');
    open   text := CASE WHEN s->>'closed' = '' THEN 'true'
                        ELSE format('d.%I IS NOT TRUE', s->>'closed') END;
    way    text := CASE WHEN s->>'direction' = '' THEN 'NULL::text'
                        ELSE format('d.%I', s->>'direction') END;
    speed  text := s->>'default_kmh';
    drives text := open;
    walks  text := open;
BEGIN
    IF kind IS NOT NULL THEN
        SELECT format('CASE d.%I %s ELSE %s END', kind,
                      string_agg(format('WHEN %L THEN %s', pair->>0, (pair->>1)::float8), ' '), speed)
          INTO speed FROM jsonb_array_elements(s->'car_kmh') AS pair HAVING count(*) > 0;
        speed := coalesce(speed, s->>'default_kmh');
        drives := drives || sig.unless_sql(kind, s->'no_car');
        walks := walks || sig.unless_sql(kind, s->'no_foot');
    END IF;
    RETURN format(
        'CASE WHEN %1$s THEN 3.6 / %2$s ELSE -1 END::float8 AS walk,
         CASE WHEN %3$s AND %5$s IS DISTINCT FROM ''inverso'' THEN 3.6 / %4$s ELSE -1 END::float8 AS car,
         CASE WHEN %3$s AND %5$s IS DISTINCT FROM ''directo'' THEN 3.6 / %4$s ELSE -1 END::float8 AS back',
        walks, (s->>'walking_kmh')::float8, drives, speed, way);
END $$;

CREATE FUNCTION sig.unless_sql(kind text, codes jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN count(*) = 0 THEN '' ELSE format(
               ' AND (d.%1$I IS NULL OR d.%1$I <> ALL (%2$L::text[]))', kind, array_agg(code)) END
      FROM jsonb_array_elements_text(codes) AS code
$$;

-- The pieces of lines: fid, part, place along the line (a, b), ends (ax ay, bx by), geom. $1: the
-- features whose lines are cut; null, all.
CREATE FUNCTION sig.pieces_sql(layer_name text, tolerance double precision, whole boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format($sql$
        mine AS NOT MATERIALIZED (SELECT fid, part, geom FROM network.%1$I WHERE %3$s),
        around AS MATERIALIZED (%4$s),
        vertex AS MATERIALIZED (
            SELECT fid, part, (d).path[1] AS i, ST_X((d).geom) AS x, ST_Y((d).geom) AS y,
                   (d).path[1] = 1 OR (d).path[1] = n AS is_end
              FROM (SELECT fid, part, ST_NPoints(geom) AS n, ST_DumpPoints(geom) AS d FROM around) AS v
        ),
        spot AS MATERIALIZED (
            SELECT x, y, count(*) AS times, bool_or(is_end) AS is_end,
                   floor(x / side)::bigint AS gx, floor(y / side)::bigint AS gy, side
              FROM vertex, (SELECT 16 * %2$s AS side) AS grid GROUP BY x, y, side
        ),
        east AS ( -- each spot in every cell of the grid that it is near
            SELECT x, y, gx, gy, side FROM spot
             UNION ALL SELECT x, y, gx - 1, gy, side FROM spot WHERE x - gx * side < %2$s
             UNION ALL SELECT x, y, gx + 1, gy, side FROM spot WHERE (gx + 1) * side - x < %2$s
        ),
        cell AS (
            SELECT x, y, gx, gy FROM east
             UNION ALL SELECT x, y, gx, gy - 1 FROM east WHERE y - gy * side < %2$s
             UNION ALL SELECT x, y, gx, gy + 1 FROM east WHERE (gy + 1) * side - y < %2$s
        ),
        near AS MATERIALIZED ( -- pairs of spots that are near without being the same
            SELECT p.x, p.y, q.x AS qx, q.y AS qy FROM cell AS p JOIN spot AS q USING (gx, gy)
             WHERE (p.x <> q.x OR p.y <> q.y)
               AND (p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y) <= %2$s * %2$s
        ),
        met AS MATERIALIZED ( -- vertices where a line is cut, its ends apart
            SELECT v.fid, v.part, v.i FROM vertex AS v JOIN spot USING (x, y)
             WHERE NOT v.is_end AND times > 1 %5$s
             UNION
            SELECT v.fid, v.part, v.i FROM near
              JOIN vertex AS v USING (x, y) JOIN vertex AS w ON w.x = qx AND w.y = qy
             WHERE NOT v.is_end AND (w.fid, w.part) <> (v.fid, v.part) %5$s
        ),
        along AS ( -- how far along its line each of them is
            SELECT fid, part, i, x, y, cut,
                   sum(step) OVER (PARTITION BY fid, part ORDER BY i) AS metres,
                   sum(step) OVER (PARTITION BY fid, part) AS length
              FROM (SELECT v.fid, v.part, v.i, v.x, v.y, m.i IS NOT NULL AS cut,
                           coalesce(sqrt((v.x - lag(v.x) OVER l) ^ 2 + (v.y - lag(v.y) OVER l) ^ 2), 0) AS step
                      FROM vertex AS v LEFT JOIN met AS m USING (fid, part, i)
                     WHERE (v.fid, v.part) IN (SELECT fid, part FROM met)
                    WINDOW l AS (PARTITION BY v.fid, v.part ORDER BY v.i)) AS s
        ),
        touched AS MATERIALIZED ( -- where the end of a line comes near another between vertices
            SELECT l.fid, l.part, l.geom, ST_LineLocatePoint(l.geom, e.point) AS share
              FROM (SELECT ST_SetSRID(ST_MakePoint(x, y), 9377) AS point FROM spot WHERE is_end) AS e
              JOIN mine AS l ON l.geom && ST_Expand(e.point, %2$s) AND ST_DWithin(l.geom, e.point, %2$s)
             WHERE NOT ST_DWithin(ST_Points(l.geom), e.point, %2$s)
        ),
        cut AS (
            SELECT fid, part, 0::float8 AS share, ST_X(p) AS x, ST_Y(p) AS y
              FROM mine, ST_StartPoint(geom) AS p
             UNION ALL
            SELECT fid, part, 1, ST_X(p), ST_Y(p) FROM mine, ST_EndPoint(geom) AS p
             UNION ALL
            SELECT fid, part, metres / length, x, y FROM along WHERE cut
             UNION ALL
            SELECT fid, part, share, ST_X(p), ST_Y(p)
              FROM touched, ST_LineInterpolatePoint(geom, share) AS p
        ),
        stretch AS (
            SELECT fid, part, share AS a, x AS ax, y AS ay,
                   lead(share) OVER w AS b, lead(x) OVER w AS bx, lead(y) OVER w AS by
              FROM (SELECT DISTINCT ON (fid, part, share) * FROM cut
                     ORDER BY fid, part, share, x, y) AS c
            WINDOW w AS (PARTITION BY fid, part ORDER BY share)
        ),
        piece AS MATERIALIZED (
            SELECT fid, part, a, b, ax, ay, bx, by,
                   CASE WHEN a = 0 AND b = 1 THEN geom ELSE
                        ST_SetPoint(ST_SetPoint(ST_LineSubstring(geom, a, b),
                                    0, ST_MakePoint(ax, ay)), -1, ST_MakePoint(bx, by)) END AS geom
              FROM stretch JOIN mine USING (fid, part) WHERE b IS NOT NULL
        )$sql$,
        layer_name || '__line', tolerance,
        CASE WHEN whole THEN 'true' ELSE 'fid = ANY($1)' END,
        CASE WHEN whole THEN 'SELECT fid, part, geom FROM mine'
             ELSE format('SELECT DISTINCT l.fid, l.part, l.geom FROM mine AS m JOIN network.%1$I AS l
                            ON l.geom && ST_Expand(m.geom, %2$s) AND ST_DWithin(l.geom, m.geom, %2$s)',
                         layer_name || '__line', tolerance) END,
        CASE WHEN whole THEN '' ELSE 'AND v.fid = ANY($1)' END)
$$;

-- The node of each point of `points` (x, y, each once).
CREATE FUNCTION sig.nodes_sql(tolerance double precision) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format($sql$
        chain AS (
            SELECT x, y, ST_ClusterDBSCAN(ST_MakePoint(x, y), %1$s, 1) OVER () AS chain FROM points
        ),
        parted AS (
            SELECT x, y, chain,
                   CASE WHEN greatest(max(x) OVER c - min(x) OVER c, max(y) OVER c - min(y) OVER c) > 4 * %1$s
                        THEN ARRAY[floor(x / %1$s), floor(y / %1$s)] END AS cell
              FROM chain WINDOW c AS (PARTITION BY chain)
        ),
        node AS MATERIALIZED (
            SELECT x, y, sig.node(first_value(x) OVER n, first_value(y) OVER n) AS node
              FROM parted WINDOW n AS (PARTITION BY chain, cell ORDER BY x, y)
        )$sql$, tolerance)
$$;

-- A statement that keeps the lines of features ($1; whole: of all).
CREATE FUNCTION sig.lines_sql(layer_name text, whole boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(
        'INSERT INTO network.%I (fid, part, geom)
         SELECT _fid, coalesce((g).path[1], 1), line
           FROM (SELECT _fid, ST_Dump(geom) AS g FROM data.%I WHERE %s) AS d,
                ST_RemoveRepeatedPoints(ST_Force2D((g).geom)) AS line
          WHERE ST_Length(line) > 0', layer_name || '__line', layer_name,
        CASE WHEN whole THEN 'true' ELSE '_fid = ANY($1)' END)
$$;

-- Rows of edges from `piece`; with their nodes from `node`, or with none yet.
CREATE FUNCTION sig.edges_sql(layer_name text, s jsonb, with_nodes boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(
        'INSERT INTO network.%5$I (id, fid, source, target, metres, walk, car, car_back, geom)
         SELECT (p.fid << 20) | row_number() OVER (PARTITION BY p.fid ORDER BY p.part, p.a), p.fid, %1$s,
                metres, CASE WHEN walk < 0 THEN -1 ELSE walk * metres END,
                CASE WHEN car < 0 THEN -1 ELSE car * metres END,
                CASE WHEN back < 0 THEN -1 ELSE back * metres END, p.geom
           FROM piece AS p JOIN (SELECT _fid AS fid, %2$s FROM data.%3$I AS d) AS d USING (fid)
                CROSS JOIN LATERAL ST_Length(p.geom) AS metres %4$s',
        CASE WHEN with_nodes THEN 'a.node, b.node' ELSE '0, 0' END,
        sig.pace_sql(s), layer_name,
        CASE WHEN with_nodes THEN 'JOIN node AS a ON a.x = p.ax AND a.y = p.ay
                                   JOIN node AS b ON b.x = p.bx AND b.y = p.by' ELSE '' END,
        layer_name || '__edge')
$$;

-- ------------------------------------------------------------------------------------ making it

-- Makes the whole graph of a layer anew. Readers go on: nothing is locked against them.
CREATE FUNCTION sig.rebuild_network(layer_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_mergejoin = off SET work_mem = '64MB' AS $$
DECLARE
    s         jsonb := (SELECT settings FROM sig.network WHERE layer = layer_name);
    tolerance float8 := s->>'tolerance_m';
    line      text := layer_name || '__line';
    edge      text := layer_name || '__edge';
    n         bigint;
BEGIN
    EXECUTE format('DELETE FROM network.%I', line);
    EXECUTE format('DELETE FROM network.%I', edge);
    EXECUTE sig.lines_sql(layer_name, true);
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n = 0 THEN RETURN; END IF;  -- indexes come after the first rows
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON network.%I USING gist (geom)', line || '_g', line);
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON network.%I (fid)', line || '_f', line);
    EXECUTE format('ANALYZE network.%I', line);
    EXECUTE format(
        'WITH %s, points AS (SELECT ax AS x, ay AS y FROM piece UNION SELECT bx, by FROM piece), %s %s',
        sig.pieces_sql(layer_name, tolerance, true), sig.nodes_sql(tolerance),
        sig.edges_sql(layer_name, s, true));
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON network.%I USING gist (geom)', edge || '_g', edge);
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON network.%I (fid)', edge || '_f', edge);
    EXECUTE format('ANALYZE network.%I', edge);
END $$;

-- Features whose lines come near those of `fids`, themselves among them.
CREATE FUNCTION sig.neighbours(layer_name text, fids bigint[], tolerance double precision)
RETURNS bigint[] LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found bigint[];
BEGIN
    EXECUTE format(
        'SELECT array_agg(DISTINCT l.fid) FROM network.%1$I AS m JOIN network.%1$I AS l
             ON l.geom && ST_Expand(m.geom, $2) AND ST_DWithin(l.geom, m.geom, $2)
          WHERE m.fid = ANY($1)', layer_name || '__line') INTO found USING fids, tolerance;
    RETURN coalesce(found, '{}');
END $$;

-- Makes again what features that came, went or changed take part in.
CREATE FUNCTION sig.renew_network(layer_name text, fids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    s         jsonb := (SELECT settings FROM sig.network WHERE layer = layer_name);
    tolerance float8 := s->>'tolerance_m';
    line      text := layer_name || '__line';
    edge      text := layer_name || '__edge';
    n         bigint;
    again     bigint[];
    more      float8[];
    found     float8[];  -- x and y by turns
    known     float8[] := '{}';
BEGIN
    IF coalesce(cardinality(fids), 0) = 0 OR s IS NULL THEN RETURN; END IF;
    EXECUTE format('SELECT count(*) FROM (SELECT FROM network.%I LIMIT $1) AS l', line)
       INTO n USING 5 * cardinality(fids);
    IF n < 5 * cardinality(fids) THEN  -- a fifth of the layer: dearer by parts than whole
        PERFORM sig.rebuild_network(layer_name);
        RETURN;
    END IF;
    again := fids || sig.neighbours(layer_name, fids, tolerance);
    EXECUTE format('DELETE FROM network.%I WHERE fid = ANY($1)', line) USING fids;
    EXECUTE sig.lines_sql(layer_name, false) USING fids;
    again := again || sig.neighbours(layer_name, fids, tolerance);
    EXECUTE format(
        'WITH gone AS (DELETE FROM network.%I WHERE fid = ANY($1) RETURNING geom)
         SELECT array_agg(v) FROM gone, ST_StartPoint(geom) AS p, ST_EndPoint(geom) AS q,
                unnest(ARRAY[ST_X(p), ST_Y(p), ST_X(q), ST_Y(q)]) AS v', edge) INTO found USING again;
    EXECUTE format(
        'WITH %s, put AS (%s RETURNING geom)
         SELECT array_agg(v) FROM put, ST_StartPoint(geom) AS p, ST_EndPoint(geom) AS q,
                unnest(ARRAY[ST_X(p), ST_Y(p), ST_X(q), ST_Y(q)]) AS v',
        sig.pieces_sql(layer_name, tolerance, false), sig.edges_sql(layer_name, s, false))
       INTO more USING again;
    found := coalesce(found, '{}') || coalesce(more, '{}');
    -- Whole chains: what is near what was found, until there is no more.
    WHILE cardinality(found) > 0 LOOP
        EXECUTE format($sql$
            WITH sought AS (
                SELECT DISTINCT ST_SetSRID(ST_MakePoint($1[i], $1[i + 1]), 9377) AS g
                  FROM generate_series(1, cardinality($1), 2) AS i
            ), had AS (
                SELECT $2[i] AS x, $2[i + 1] AS y FROM generate_series(1, cardinality($2), 2) AS i
            ), fresh AS (
                SELECT ST_X(p) AS x, ST_Y(p) AS y
                  FROM sought JOIN network.%1$I AS e ON e.geom && ST_Expand(g, %2$s),
                       LATERAL (VALUES (ST_StartPoint(e.geom)), (ST_EndPoint(e.geom))) AS v(p)
                 WHERE ST_DWithin(p, g, %2$s)
                EXCEPT SELECT x, y FROM had
            )
            SELECT array_agg(v) FROM fresh, unnest(ARRAY[x, y]) AS v$sql$, edge, tolerance)
           INTO found USING found, known;
        found := coalesce(found, '{}');
        known := known || found;
    END LOOP;
    EXECUTE format($sql$
        WITH points AS (
            SELECT $1[i] AS x, $1[i + 1] AS y FROM generate_series(1, cardinality($1), 2) AS i
        ), %1$s, end_of AS (
            SELECT e.id, p.is_start, n.node FROM node AS n
              JOIN network.%2$I AS e ON e.geom && ST_SetSRID(ST_MakePoint(n.x, n.y), 9377),
                   LATERAL (VALUES (true, ST_StartPoint(e.geom)), (false, ST_EndPoint(e.geom)))
                        AS p(is_start, g)
             WHERE ST_X(p.g) = n.x AND ST_Y(p.g) = n.y
        ), joined AS (
            SELECT id, max(node) FILTER (WHERE is_start) AS source,
                   max(node) FILTER (WHERE NOT is_start) AS target
              FROM end_of GROUP BY id
        )
        UPDATE network.%2$I AS e SET source = coalesce(j.source, e.source),
                                     target = coalesce(j.target, e.target)
          FROM joined AS j
         WHERE e.id = j.id AND (e.source, e.target) IS DISTINCT FROM
               (coalesce(j.source, e.source), coalesce(j.target, e.target))$sql$,
        sig.nodes_sql(tolerance), edge) USING known;
END $$;

-- ------------------------------------------------------------------------------- the changeset

CREATE FUNCTION sig.network_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sig.renew_network(TG_TABLE_NAME, (SELECT array_agg(_fid) FROM new_rows));
    RETURN NULL;
END $$;

CREATE FUNCTION sig.network_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    s    jsonb := (SELECT settings FROM sig.network WHERE layer = TG_TABLE_NAME);
    told text;
    fids bigint[];
BEGIN
    SELECT string_agg(format(' OR o.%1$I IS DISTINCT FROM n.%1$I', s->>word), '') INTO told
      FROM unnest(ARRAY['kind', 'direction', 'closed']) AS word WHERE s->>word <> '';
    EXECUTE 'SELECT array_agg(_fid) FROM old_rows AS o JOIN new_rows AS n USING (_fid)
              WHERE o.geom IS DISTINCT FROM n.geom' || coalesce(told, '') INTO fids;
    PERFORM sig.renew_network(TG_TABLE_NAME, fids);
    RETURN NULL;
END $$;

CREATE FUNCTION sig.network_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sig.renew_network(TG_TABLE_NAME, (SELECT array_agg(_fid) FROM old_rows));
    RETURN NULL;
END $$;

-- -------------------------------------------------------------------------------- layer's tables

-- The graph follows what the contract says of it; null where the layer is no network.
CREATE FUNCTION sig.settle_network(layer_name text, wanted jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    former jsonb := (SELECT settings FROM sig.network WHERE layer = layer_name);
BEGIN
    IF former IS NOT DISTINCT FROM wanted THEN RETURN; END IF;
    DELETE FROM sig.network WHERE layer = layer_name;
    IF wanted IS NULL THEN
        EXECUTE format(
            'DROP TRIGGER IF EXISTS e_network_inserted ON data.%1$I;
             DROP TRIGGER IF EXISTS e_network_updated ON data.%1$I;
             DROP TRIGGER IF EXISTS e_network_deleted ON data.%1$I;
             DROP TABLE IF EXISTS network.%2$I, network.%3$I CASCADE',
            layer_name, layer_name || '__line', layer_name || '__edge');
        RETURN;
    END IF;
    INSERT INTO sig.network VALUES (layer_name, wanted);
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS network.%2$I (
             fid bigint NOT NULL, part integer NOT NULL, geom geometry(LineString, 9377) NOT NULL);
         CREATE TABLE IF NOT EXISTS network.%3$I (
             id bigint PRIMARY KEY, fid bigint NOT NULL, source bigint NOT NULL, target bigint NOT NULL,
             metres double precision NOT NULL, walk double precision NOT NULL,
             car double precision NOT NULL, car_back double precision NOT NULL,
             geom geometry(LineString, 9377) NOT NULL);
         CREATE OR REPLACE TRIGGER e_network_inserted AFTER INSERT ON data.%1$I
             REFERENCING NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION sig.network_inserted();
         CREATE OR REPLACE TRIGGER e_network_updated AFTER UPDATE ON data.%1$I
             REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION sig.network_updated();
         CREATE OR REPLACE TRIGGER e_network_deleted AFTER DELETE ON data.%1$I
             REFERENCING OLD TABLE AS old_rows
             FOR EACH STATEMENT EXECUTE FUNCTION sig.network_deleted()',
        layer_name, layer_name || '__line', layer_name || '__edge');
    PERFORM sig.rebuild_network(layer_name);
END $$;

-- A field under a new name says the same: nothing is made again.
CREATE FUNCTION sig.rename_network_field(layer_name text, former text, renamed text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE sig.network AS n SET settings = n.settings || (
               SELECT jsonb_object_agg(word, renamed)
                 FROM unnest(ARRAY['kind', 'direction', 'closed']) AS word
                WHERE n.settings->>word = former)
     WHERE layer = layer_name
       AND former IN (settings->>'kind', settings->>'direction', settings->>'closed')
$$;

-- Synchronising the layers makes their graphs.
UPDATE sig.layer SET fingerprint = '';
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sig FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sig.covers TO sig_publica, sig_clasificada, sig_reservada;
GRANT EXECUTE ON FUNCTION sig.open_changeset TO PUBLIC;

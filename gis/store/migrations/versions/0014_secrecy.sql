-- Layers whose rows nobody may know one by one: the public is told that they exist (the registers
-- of Ley 1712 say so), and not how many rows they have, where they are nor how many change.
ALTER TABLE sig.layer ADD COLUMN rows_class text NOT NULL DEFAULT 'publica';
COMMENT ON COLUMN sig.layer.rows_class IS 'Quién puede saber de sus filas, una por una';

DO $$
DECLARE
    class text;
BEGIN
    FOREACH class IN ARRAY ARRAY['publica', 'clasificada', 'reservada'] LOOP
        EXECUTE format(
            'CREATE OR REPLACE VIEW %1$I.sig_layer AS
             SELECT name, generation, changeset, demonstration,
                    CASE WHEN sig.covers(%1$L, rows_class) THEN feature_count ELSE 0 END
                        AS feature_count,
                    CASE WHEN sig.covers(%1$L, rows_class) THEN without_geometry ELSE 0 END
                        AS without_geometry,
                    (CASE WHEN sig.covers(%1$L, geometry_class)
                          THEN ST_Transform(extent, 4326) END)::geometry(Polygon, 4326) AS extent,
                    updated_at,
                    CASE WHEN sig.covers(%1$L, rows_class) THEN unreviewed ELSE 0 END AS unreviewed,
                    fingerprint, dimension
               FROM sig.layer;
             CREATE OR REPLACE VIEW %1$I.sig_changeset AS
             SELECT c.id, c.seq, c.layer, c.sealed_at, c.origin,
                    CASE WHEN sig.covers(%1$L, l.rows_class) THEN c.added ELSE 0 END AS added,
                    CASE WHEN sig.covers(%1$L, l.rows_class) THEN c.changed ELSE 0 END AS changed,
                    CASE WHEN sig.covers(%1$L, l.rows_class) THEN c.removed ELSE 0 END AS removed,
                    CASE WHEN sig.covers(%1$L, l.rows_class) THEN c.refused ELSE 0 END AS refused,
                    c.reference_date, c.demonstration, c.undoes, encode(c.hash, ''hex'') AS hash
               FROM sig.changeset AS c JOIN sig.layer AS l ON l.name = c.layer
              WHERE c.sealed_at IS NOT NULL', class);
    END LOOP;
END $$;

-- Erasure by order of law (Ley 1581 de 2012, art. 8 e). Of each row stay the digests by which its
-- changesets verify, salted with the layer's secret; one for the changeset that opened it and
-- another for the one that closed it, as their columns may differ.
ALTER TABLE sig.erased ALTER COLUMN opened DROP NOT NULL;
ALTER TABLE sig.erased ADD COLUMN actor text NOT NULL DEFAULT '';
CREATE INDEX erased_by_opened ON sig.erased (layer, opened);
CREATE INDEX erased_by_closed ON sig.erased (layer, closed);

-- Keeps the digest of the history rows that one side of a changeset covers.
CREATE FUNCTION sig.keep_digests(
    cs sig.changeset, fids bigint[], side text, order_text text, actor_name text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD' SET timezone = 'UTC'
SET extra_float_digits = 1 AS $$
DECLARE
    secret bytea := '';
BEGIN
    IF cs.salted THEN
        SELECT l.salt INTO secret FROM sig.layer AS l WHERE l.name = cs.layer;
    END IF;
    EXECUTE format(
        'INSERT INTO sig.erased (layer, fid, %1$I, digest, order_of, actor)
         SELECT $1, _fid, $2, sha256($3 || convert_to(ROW(%2$s)::text, ''UTF8'')), $4, $5
           FROM history.%3$I WHERE _%1$s = $2 AND _fid = ANY ($6)',
        side, cs.columns, cs.layer)
    USING cs.layer, cs.id, secret, order_text, actor_name, fids;
END $$;

-- Takes features out of the layer, of its history, of findings and of quarantine. How many rows.
CREATE FUNCTION sig.forget(
    layer_name text, ids text[], order_text text, actor_name text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    fids   bigint[];
    cs     sig.changeset;
    erased bigint;
BEGIN
    EXECUTE format(
        'SELECT array_agg(DISTINCT _fid) FROM (
            SELECT _fid FROM data.%1$I WHERE _id = ANY ($1)
             UNION SELECT _fid FROM history.%1$I WHERE _id = ANY ($1)) AS f', layer_name)
       INTO fids USING ids;
    IF fids IS NULL THEN RETURN 0; END IF;
    -- Those that are current go to history first, as a change like any other.
    EXECUTE format('DELETE FROM data.%I WHERE _fid = ANY ($1)', layer_name) USING fids;
    FOR cs IN EXECUTE format(
        'SELECT c.* FROM sig.changeset AS c WHERE c.id IN (
            SELECT _opened FROM history.%1$I WHERE _fid = ANY ($1)
             UNION SELECT _closed FROM history.%1$I WHERE _fid = ANY ($1))', layer_name) USING fids
    LOOP
        PERFORM sig.keep_digests(cs, fids, 'opened', order_text, actor_name);
        PERFORM sig.keep_digests(cs, fids, 'closed', order_text, actor_name);
    END LOOP;
    EXECUTE format('DELETE FROM history.%I WHERE _fid = ANY ($1)', layer_name) USING fids;
    GET DIAGNOSTICS erased = ROW_COUNT;
    DELETE FROM sig.quarantine AS q USING sig.finding AS f, sig.changeset AS c
     WHERE c.layer = layer_name AND f.changeset = c.id AND f.feature = ANY (ids)
       AND q.changeset = f.changeset AND q."row" = f."row";
    DELETE FROM sig.finding AS f USING sig.changeset AS c
     WHERE c.layer = layer_name AND f.changeset = c.id AND f.feature = ANY (ids);
    RETURN erased;
END $$;
REVOKE EXECUTE ON FUNCTION sig.keep_digests, sig.forget FROM PUBLIC;

-- Alerts that were told already: one for each dataset and target, while it lasts.
CREATE TABLE sig.alert (
    dataset text NOT NULL,
    target  text NOT NULL,
    level   text NOT NULL,
    told_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, target)
);
COMMENT ON TABLE sig.alert IS 'Avisos de publicaciones por vencer o vencidas que ya se enviaron';

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

-- What was published, so that the next plan can tell what it would change; what a person let
-- pass and why; and plans that wait for somebody's approval.
ALTER TABLE sig.publication
    ADD COLUMN facts       jsonb NOT NULL DEFAULT '{}', -- {"fields": {name: kind}, "geometry", "bbox"}
    ADD COLUMN let_pass    jsonb NOT NULL DEFAULT '[]', -- [{"code", "guard", "reason", "actor"}]
    ADD COLUMN approved_by text NOT NULL DEFAULT '',
    DROP CONSTRAINT publication_result_check,
    ADD CONSTRAINT publication_result_check CHECK (result IN (
        'en curso', 'publicada', 'sin cambios', 'rechazada', 'fallida', 'por aprobar',
        'reemplazada'));
COMMENT ON COLUMN sig.publication.let_pass IS 'Guardas que una persona dejó pasar, con su razón';

-- What each dataset is called by portals that give names of their own, remembered as soon as the
-- portal gave it: an interrupted first publication is continued, never begun twice.
CREATE TABLE sig.asset (
    target     text NOT NULL,
    dataset    text NOT NULL,
    identifier text NOT NULL,
    PRIMARY KEY (target, dataset)
);
COMMENT ON TABLE sig.asset IS 'Cómo se llama cada conjunto de datos en cada portal';

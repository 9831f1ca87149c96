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

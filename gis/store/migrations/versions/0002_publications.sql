-- What left, for where, when, of which changeset, and what came of it. A row is opened before
-- anything is sent and settled afterwards: one that stays «en curso» was interrupted.
CREATE TABLE sig.publication (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset     text NOT NULL,
    layer       text NOT NULL,
    target      text NOT NULL,
    changeset   bigint,                  -- of the layer; null when it had none
    fingerprint text NOT NULL,           -- of the contract as published
    result      text NOT NULL CHECK (
        result IN ('en curso', 'publicada', 'sin cambios', 'rechazada', 'fallida')),
    reason      text NOT NULL DEFAULT '', -- why, in words for people
    code        text NOT NULL DEFAULT '', -- the stable code of the error, if any
    files       jsonb NOT NULL DEFAULT '[]', -- [{"file", "size", "sha256", "media_type"}]
    feature_count bigint,
    chain_head  text NOT NULL DEFAULT '', -- hash of the chain of changesets when it left, in hex
    address     text NOT NULL DEFAULT '', -- where it stands
    actor       text NOT NULL DEFAULT '',
    started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);
CREATE INDEX publication_by_dataset ON sig.publication (dataset, target, id DESC);
COMMENT ON TABLE sig.publication IS 'Libro de publicaciones: qué salió, a dónde, cuándo y por qué';

-- When each dataset must leave next. Kept from the declared frequencies.
CREATE TABLE sig.schedule (
    dataset     text NOT NULL,
    target      text NOT NULL,
    frequency   text NOT NULL,           -- MD_MaintenanceFrequencyCode
    due_at      timestamptz NOT NULL,
    enqueued_at timestamptz,             -- when it was last put in the queue
    PRIMARY KEY (dataset, target)
);
CREATE INDEX schedule_by_due ON sig.schedule (due_at);
COMMENT ON TABLE sig.schedule IS 'Próxima publicación de cada conjunto de datos (America/Bogota)';

-- Procrastinate keeps its own tables here: the worker creates them.
CREATE SCHEMA sig_jobs;
COMMENT ON SCHEMA sig_jobs IS 'Cola de trabajos (Procrastinate)';

-- What the public may know of it: no names of people, no messages of portals.
CREATE VIEW publica.sig_publication AS
SELECT id, dataset, layer, target, changeset, fingerprint, result, files, feature_count,
       chain_head, address, started_at, finished_at
  FROM sig.publication
 WHERE result IN ('publicada', 'sin cambios');
GRANT SELECT ON publica.sig_publication TO sig_publica;

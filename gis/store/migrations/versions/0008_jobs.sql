-- Jobs of OGC API Processes. Who asked without an account is not known: the id is the only key.
CREATE TABLE sig.job (
    id           text PRIMARY KEY,              -- 128 random bits
    process      text NOT NULL,
    inputs       jsonb NOT NULL,
    response     text NOT NULL CHECK (response IN ('raw', 'document')),
    owner        text NOT NULL DEFAULT '',      -- account's name; empty: nobody said who they are
    status       text NOT NULL DEFAULT 'accepted'
                 CHECK (status IN ('accepted', 'running', 'successful', 'failed', 'dismissed')),
    progress     smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    message      text NOT NULL DEFAULT '',
    attempts     smallint NOT NULL DEFAULT 0,
    answer       json,                          -- as it would have been answered at once, in its order
    answer_bytes integer NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    started_at   timestamptz,
    updated_at   timestamptz NOT NULL DEFAULT now(),  -- also the heartbeat of one that runs
    finished_at  timestamptz
);
CREATE INDEX job_by_owner ON sig.job (owner, created_at DESC) WHERE owner <> '';
CREATE INDEX job_unfinished ON sig.job (status) WHERE status IN ('accepted', 'running');
CREATE INDEX job_finished ON sig.job (finished_at) WHERE finished_at IS NOT NULL;
COMMENT ON TABLE sig.job IS 'Preguntas pedidas como trabajos (OGC API Processes)';

-- What date the data describe is asked with every answer, however many edits came later.
CREATE INDEX changeset_by_reference ON sig.changeset (layer, id) WHERE reference_date IS NOT NULL;

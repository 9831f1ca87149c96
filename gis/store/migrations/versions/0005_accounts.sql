-- Who may write and see. Nothing here is read through a view: only the owner's role sees it.

CREATE TABLE sig.account (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9._-]{1,62}$'),
    title       text NOT NULL DEFAULT '',   -- how people call whoever it is
    created_at  timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);
COMMENT ON TABLE sig.account IS 'Cuentas de quienes escriben o ven más que lo público';

-- By what somebody proves to be an account: a name here (issuer «local»), one day a subject of
-- another server that vouches for them (OpenID Connect: issuer and sub).
CREATE TABLE sig.identity (
    issuer  text NOT NULL,
    subject text NOT NULL,
    account bigint NOT NULL REFERENCES sig.account ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
);

CREATE TABLE sig.password (
    account    bigint PRIMARY KEY REFERENCES sig.account ON DELETE CASCADE,
    hash       text NOT NULL,               -- Argon2id, with its parameters and salt
    temporary  boolean NOT NULL DEFAULT false, -- given by somebody else: to be changed at once
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sig.account_grant (
    account    bigint NOT NULL REFERENCES sig.account ON DELETE CASCADE,
    secretaria text NOT NULL,               -- key of a contact of the entity, or *
    layer      text NOT NULL,               -- name of a layer, or *
    action     text NOT NULL CHECK (action IN ('ver-clasificada', 'ver-reservada', 'entregar',
                                               'editar', 'aceptar', 'publicar', 'administrar')),
    granted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, secretaria, layer, action)
);

-- Sessions and tokens are known by the sha256 of 256 random bits: what is here opens nothing.
CREATE TABLE sig.session (
    hash       bytea PRIMARY KEY,
    account    bigint NOT NULL REFERENCES sig.account ON DELETE CASCADE,
    address    text NOT NULL DEFAULT '',
    opened_at  timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(), -- to the minute
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_by_account ON sig.session (account);

CREATE TABLE sig.token (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account    bigint NOT NULL REFERENCES sig.account ON DELETE CASCADE,
    label      text NOT NULL,               -- what it is for
    hash       bytea NOT NULL UNIQUE,
    scope      jsonb NOT NULL,              -- [[secretaria, layer, action]]: at most this
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,                 -- to the minute
    revoked_at timestamptz
);
CREATE INDEX token_by_account ON sig.token (account);

-- Failed log-ins of the last while. The name is hashed: people type passwords in its place.
CREATE TABLE sig.login_attempt (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject bytea NOT NULL,
    address text NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX login_attempt_by_time ON sig.login_attempt (at);

-- What was done to accounts and with them. Written once.
CREATE TABLE sig.account_event (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    event   text NOT NULL,
    account text,                           -- whose; null when no account is so named
    actor   text NOT NULL,                  -- who did it
    address text NOT NULL DEFAULT '',       -- from where; empty from the command line
    detail  jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX account_event_by_account ON sig.account_event (account, id);
COMMENT ON TABLE sig.account_event IS 'Auditoría de las cuentas: no se cambia ni se borra';

CREATE FUNCTION sig.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'La auditoría (%) no se cambia ni se borra', TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;
REVOKE EXECUTE ON FUNCTION sig.refuse_change FROM PUBLIC;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON sig.account_event
    FOR EACH STATEMENT EXECUTE FUNCTION sig.refuse_change();

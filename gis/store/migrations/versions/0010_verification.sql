-- Codes that a printed answer carries are stateless: whoever has the key reads the place, the moment
-- and the position of the chain out of them, and nothing is stored of what anybody asked.
CREATE TABLE sig_keys.verification (
    version smallint PRIMARY KEY CHECK (version BETWEEN 0 AND 7),
    secret  bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE sig_keys.verification IS
    'Llaves de los códigos de verificación: se agregan versiones, no se cambian';
INSERT INTO sig_keys.verification (version, secret)
VALUES (0, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- Codes that verified nothing, of the last quarter of an hour: only the address they came from.
CREATE UNLOGGED TABLE sig.verification_guess (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address text NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX verification_guess_by_address ON sig.verification_guess (address, at);

-- Log-ins of those that only read, in a database that is not the private one: one for each access
-- class, member of that class's role and of no other. `sig doctor --sql` gives this text too, for
-- whoever administers the server, where the system's own user may not make roles.
CREATE SCHEMA IF NOT EXISTS sig_keys;
COMMENT ON SCHEMA sig_keys IS 'Con qué entran los que solo leen: solo lo ve el dueño';
CREATE TABLE IF NOT EXISTS sig_keys.reader (
    role   text PRIMARY KEY,                -- of an access class
    login  text NOT NULL,
    secret text NOT NULL
);

-- Makes the log-ins that are missing, as far as who calls may; the roles still without one.
CREATE OR REPLACE FUNCTION sig_keys.ensure_readers() RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted text;
    known  sig_keys.reader;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sig.readers', 0));
    FOREACH wanted IN ARRAY ARRAY['sig_publica', 'sig_clasificada', 'sig_reservada'] LOOP
        SELECT * INTO known FROM sig_keys.reader WHERE role = wanted;
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = known.login);
        IF known.login IS NULL THEN
            known := (wanted, replace(wanted, 'sig_', 'sig_lector_') || '_'
                              || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8),
                      encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text,
                                               'UTF8')), 'hex'));
        END IF;
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT PASSWORD %L IN ROLE %I',
                           known.login, known.secret, wanted);
            INSERT INTO sig_keys.reader VALUES (known.role, known.login, known.secret)
            ON CONFLICT DO NOTHING;
        EXCEPTION WHEN insufficient_privilege THEN
            RETURN NEXT wanted;
        END;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION sig_keys.ensure_readers FROM PUBLIC;

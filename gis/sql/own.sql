-- The system keeps them from now on, and makes none by itself: what it logs in with is there.
ALTER SCHEMA sig_keys OWNER TO :"owner";
ALTER TABLE sig_keys.reader OWNER TO :"owner";
ALTER FUNCTION sig_keys.ensure_readers OWNER TO :"owner";
SELECT 'Sin ingreso propio: ' || missing FROM sig_keys.ensure_readers() AS missing;

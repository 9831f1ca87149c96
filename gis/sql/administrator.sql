-- What somebody with superuser rights must run once, connected to the system's database, so that
-- the system can then do everything with an ordinary login. It may be run again without harm.
-- Run with: psql --dbname=<base> --set=owner=<usuario del sistema> --file=este-archivo.sql
\set ON_ERROR_STOP on

-- PostGIS and pgRouting (ways over the road network), which only a superuser may install.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pgrouting;

-- One role per access class of Ley 1712; nobody logs in as them.
SELECT format('CREATE ROLE %I NOLOGIN', wanted)
  FROM unnest(ARRAY['sig_publica', 'sig_clasificada', 'sig_reservada']) AS wanted
 WHERE wanted NOT IN (SELECT rolname FROM pg_roles)
\gexec
GRANT sig_publica, sig_clasificada, sig_reservada TO :"owner";

-- The system makes its own schemas, and adds EPSG:9377 and EPSG:6253 where they are missing.
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO %I', current_database(), :'owner')
\gexec
GRANT SELECT, INSERT ON spatial_ref_sys TO :"owner";

-- Nobody else puts functions where those of the system look theirs up (PostgreSQL 14 lets anyone),
-- nor asks PostGIS for the extent of tables that they may not read.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
  FROM pg_proc WHERE proname = 'st_estimatedextent'
\gexec

-- Read-only questions that `sig doctor` asks a database. Each block is named; see gis/diagnosis.py.

-- name: server
SELECT current_setting('server_version_num')::integer / 10000 AS major,
       current_setting('server_encoding') AS encoding,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       has_database_privilege(current_database(), 'CREATE') AS may_create;

-- name: extension
SELECT (SELECT extversion FROM pg_extension WHERE extname = :name) AS installed,
       (SELECT default_version FROM pg_available_extensions WHERE name = :name) AS available;

-- name: roles
SELECT wanted AS role,
       EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) AS present,
       EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = wanted
                  AND pg_has_role(current_user, r.oid, 'MEMBER')) AS member
  FROM unnest(CAST(:roles AS text[])) AS wanted;

-- name: reference_systems
SELECT wanted AS srid, EXISTS (SELECT FROM spatial_ref_sys WHERE srid = wanted) AS present,
       has_table_privilege('spatial_ref_sys', 'INSERT') AS may_insert
  FROM unnest(CAST(:srids AS integer[])) AS wanted;

-- name: distance
SELECT ST_Distance(ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), CAST(:srid AS integer)),
                   ST_SetSRID(ST_MakePoint(:x, :y), CAST(:srid AS integer))) AS metres;

-- name: leaks
-- Tables behind the views that the public's role could read, which must be none.
SELECT n.nspname || '.' || c.relname AS relation
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname IN ('sig', 'sig_keys', 'data', 'history', 'tiles', 'network', 'clasificada', 'reservada')
   AND c.relkind IN ('r', 'p', 'v', 'm')
   AND has_schema_privilege(CAST(:role AS text), n.oid, 'USAGE')
   AND has_table_privilege(CAST(:role AS text), c.oid, 'SELECT')
 ORDER BY 1 LIMIT 10;

-- name: becomes
-- Roles that who logged in could take, besides that of its access class.
SELECT CASE WHEN r.rolsuper THEN 'superusuario' ELSE w.rolname END AS role
  FROM pg_roles AS r CROSS JOIN pg_roles AS w
 WHERE r.rolname = session_user AND w.rolname NOT IN (session_user, current_user)
   AND pg_has_role(r.oid, w.oid, 'MEMBER')
 ORDER BY w.rolname LIMIT 1;

-- name: open_schemas
-- Schemas where functions look things up and in which the public's role could put its own.
SELECT n.nspname AS schema FROM pg_namespace AS n
 WHERE n.nspname IN ('public', 'sig', 'publica')
   AND has_schema_privilege(CAST(:role AS text), n.oid, 'CREATE')
 ORDER BY 1;

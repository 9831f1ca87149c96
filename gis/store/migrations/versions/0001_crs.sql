-- Reference systems that PostGIS 3.3 does not bring, and the roles of the access classes.

INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
SELECT * FROM (VALUES
    (9377, 'EPSG', 9377,
     'PROJCS["MAGNA-SIRGAS 2018 / Origen-Nacional",GEOGCS["MAGNA-SIRGAS 2018",DATUM["Marco_Geocentrico_Nacional_de_Referencia_2018",SPHEROID["GRS 1980",6378137,298.257222101,AUTHORITY["EPSG","7019"]],TOWGS84[0,0,0,0,0,0,0],AUTHORITY["EPSG","1329"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","20046"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",4],PARAMETER["central_meridian",-73],PARAMETER["scale_factor",0.9992],PARAMETER["false_easting",5000000],PARAMETER["false_northing",2000000],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","9377"]]',
     '+proj=tmerc +lat_0=4 +lon_0=-73 +k=0.9992 +x_0=5000000 +y_0=2000000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs'),
    (6253, 'EPSG', 6253, NULL,
     '+proj=col_urban +lat_0=4.41941282777778 +lon_0=-75.1799259333333 +x_0=877634.33 +y_0=980541.348 +h_0=1100 +ellps=GRS80 +units=m +no_defs')
) AS missing (srid, auth_name, auth_srid, srtext, proj4text)
WHERE srid NOT IN (SELECT srid FROM spatial_ref_sys);

DO $$
DECLARE
    class text;
BEGIN
    FOREACH class IN ARRAY ARRAY['sig_publica', 'sig_clasificada', 'sig_reservada'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = class) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', class);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database's migration
            END;
        END IF;
        IF NOT pg_has_role(current_user, class, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', class);
        END IF;
    END LOOP;
END $$;

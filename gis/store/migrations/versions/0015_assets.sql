-- What each dataset is called by portals that give names of their own, remembered as soon as the
-- portal gave it: an interrupted first publication is continued, never begun twice.
CREATE TABLE IF NOT EXISTS sig.asset (
    target     text NOT NULL,
    dataset    text NOT NULL,
    identifier text NOT NULL,
    PRIMARY KEY (target, dataset)
);
COMMENT ON TABLE sig.asset IS 'Cómo se llama cada conjunto de datos en cada portal';

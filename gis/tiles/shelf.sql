-- Finished tiles that the processes of one machine share. See gis/tiles/shelf.py.
CREATE TABLE mark (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    code  TEXT NOT NULL,    -- of what draws tiles
    era   TEXT NOT NULL,    -- another each time the shelf is emptied
    seq   INTEGER NOT NULL, -- every change up to this one has been applied
    hash  TEXT NOT NULL,    -- its link in the chain
    bytes INTEGER NOT NULL
);
CREATE TABLE tile (
    id        INTEGER PRIMARY KEY,
    layer     TEXT NOT NULL,
    grid      TEXT NOT NULL,
    zoom      INTEGER NOT NULL,
    row       INTEGER NOT NULL,
    column    INTEGER NOT NULL,
    access    TEXT NOT NULL,
    contract  TEXT NOT NULL, -- fingerprint of the layer's declaration
    position  INTEGER NOT NULL,
    cost      REAL NOT NULL, -- seconds that making it took
    digest    TEXT NOT NULL,
    encoding  TEXT NOT NULL,
    body      BLOB NOT NULL,
    UNIQUE (layer, grid, zoom, row, column, access)
);
CREATE INDEX tile_cost ON tile (cost);
CREATE TRIGGER tile_in AFTER INSERT ON tile BEGIN
    UPDATE mark SET bytes = bytes + length(NEW.body) + 256;
END;
CREATE TRIGGER tile_out AFTER DELETE ON tile BEGIN
    UPDATE mark SET bytes = bytes - length(OLD.body) - 256;
END;

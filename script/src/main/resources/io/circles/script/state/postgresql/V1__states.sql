-- The states of all circles that share a database. The program speaks to the views, which have the
-- names and the columns of a SQLite file and show the rows of one circle: the one that the setting
-- circles.circle names, for one transaction. Where it is not set every statement fails.
-- No foreign keys: a circle's row is locked by whoever writes its other rows, and is never deleted.

CREATE TABLE circle (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_key text COLLATE "C" NOT NULL UNIQUE,
    version bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    result_bytes bigint NOT NULL DEFAULT 0,
    bare_runs bigint NOT NULL DEFAULT 0,
    last_effect bigint NOT NULL DEFAULT 0,
    unhandled bigint NOT NULL DEFAULT 0,
    unhandled_bytes bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50); -- every commit changes its row, which then stays in its page

CREATE TABLE circle_entries (
    circle integer NOT NULL DEFAULT current_setting('circles.circle')::integer,
    key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (circle, key)
);

CREATE TABLE circle_runs (
    circle integer NOT NULL DEFAULT current_setting('circles.circle')::integer,
    id text COLLATE "C" NOT NULL,
    expiry bigint NOT NULL,
    bytes bigint NOT NULL,
    digest text,
    result text,
    PRIMARY KEY (circle, id)
);
CREATE INDEX circle_runs_expiry ON circle_runs (circle, expiry);

CREATE TABLE circle_effects (
    circle integer NOT NULL DEFAULT current_setting('circles.circle')::integer,
    number bigint NOT NULL,
    at bigint NOT NULL,
    run text NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (circle, number)
);

CREATE TABLE circle_unhandled (
    circle integer NOT NULL DEFAULT current_setting('circles.circle')::integer,
    number bigint NOT NULL,
    at bigint NOT NULL,
    run text NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (circle, number)
);

CREATE TABLE circle_occasions (
    circle integer NOT NULL DEFAULT current_setting('circles.circle')::integer,
    number bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (circle, number),
    UNIQUE (circle, id)
);

CREATE VIEW meta AS
    SELECT version, bytes, result_bytes, bare_runs, last_effect, unhandled, unhandled_bytes
    FROM circle WHERE id = current_setting('circles.circle')::integer;

CREATE VIEW entries AS
    SELECT key, version, value, circle
    FROM circle_entries WHERE circle = current_setting('circles.circle')::integer;

CREATE VIEW runs AS
    SELECT id, expiry, bytes, digest, result
    FROM circle_runs WHERE circle = current_setting('circles.circle')::integer;

CREATE VIEW effects AS
    SELECT number, at, run, kind, body
    FROM circle_effects WHERE circle = current_setting('circles.circle')::integer;

CREATE VIEW unhandled AS
    SELECT number, at, run, kind, body
    FROM circle_unhandled WHERE circle = current_setting('circles.circle')::integer;

CREATE VIEW occasions AS
    SELECT number, id
    FROM circle_occasions WHERE circle = current_setting('circles.circle')::integer;

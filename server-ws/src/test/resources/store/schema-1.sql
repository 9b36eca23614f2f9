CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL,
    request TEXT NOT NULL, key TEXT NOT NULL, requester TEXT NOT NULL,
    digest TEXT NOT NULL, display TEXT NOT NULL, verdict TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TABLE audit_heads (
    number INTEGER PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL,
    signature TEXT NOT NULL
) STRICT;
CREATE TABLE sign_askings (
    id TEXT PRIMARY KEY, threshold INTEGER NOT NULL, state TEXT, ended INTEGER,
    tries INTEGER NOT NULL, failures INTEGER NOT NULL, due INTEGER NOT NULL,
    done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_askings_ended ON sign_askings (done, ended);
CREATE INDEX sign_askings_due ON sign_askings (done, due, ended);
CREATE TABLE sign_requests (
    id TEXT PRIMARY KEY, asking TEXT, key TEXT NOT NULL, requester TEXT NOT NULL,
    content_type TEXT NOT NULL, display TEXT NOT NULL, digest TEXT NOT NULL,
    signed TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
    delivered INTEGER NOT NULL, state TEXT, verdict TEXT, ending INTEGER,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX sign_requests_asking ON sign_requests (asking);
CREATE TABLE sign_meta (last_effect INTEGER NOT NULL) STRICT;
INSERT INTO sign_meta VALUES (0);

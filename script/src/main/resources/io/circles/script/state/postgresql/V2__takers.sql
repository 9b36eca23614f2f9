-- Several servers serve a circle: which of them has taken an effect that is to be handled. It is
-- null until one has.

ALTER TABLE circle_unhandled ADD COLUMN taker text COLLATE "C";

CREATE OR REPLACE VIEW unhandled AS
    SELECT number, at, run, kind, body, taker
    FROM circle_unhandled WHERE circle = current_setting('circles.circle')::integer;

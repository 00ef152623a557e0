-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'round(m.n) = 1' compares double precision. | Supported types are boolean, the integers, numeric, text, varchar, char, uuid, enums, date, timestamp, timestamptz, jsonb and arrays.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE round(m.n) = 1) AS n
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:12 Not supported: the column m.ratio of type double precision. | Supported types are boolean, the integers, numeric, text, varchar, char, uuid, enums, date, timestamp, timestamptz, jsonb and arrays.
SELECT m.who AS workspace_id, m.at::date AS day,
       sum(m.ratio) AS total
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:38 Not supported: the column m.span of type interval. | Supported types are boolean, the integers, numeric, text, varchar, char, uuid, enums, date, timestamp, timestamptz, jsonb and arrays.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.at + m.span > m.till) AS n
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.at::time', a conversion from timestamp without time zone to time without time zone. | Supported are conversions among integers and numeric, to text, varchar and char, and between timestamp and date.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.at::time > '10:00') AS n
FROM entry m
GROUP BY 1, 2

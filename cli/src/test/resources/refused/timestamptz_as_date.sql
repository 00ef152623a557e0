-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.zoned::date', a conversion from timestamp with time zone to date. | It depends on the time zone of the session: write (x AT TIME ZONE 'UTC').
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.zoned::date = date '2024-01-01') AS n
FROM entry m
GROUP BY 1, 2

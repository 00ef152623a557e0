-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.zoned::text', a conversion from timestamp with time zone to text. | It depends on the time zone of the session: write (x AT TIME ZONE 'UTC').
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.zoned::text = 'a') AS n
FROM entry m
GROUP BY 1, 2

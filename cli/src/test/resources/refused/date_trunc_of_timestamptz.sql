-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'date_trunc('day', m.zoned)', date_trunc of these types. | It depends on the time zone of the session: write (x AT TIME ZONE 'UTC').
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE date_trunc('day', m.zoned) = m.zoned) AS n
FROM entry m
GROUP BY 1, 2

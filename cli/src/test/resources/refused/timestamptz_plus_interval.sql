-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.zoned + INTERVAL '1 day'', arithmetic that gives timestamp with time zone. | Supported is arithmetic on integers and numeric, days added to dates, and intervals added to timestamps and dates. With a timestamptz it depends on the time zone of the session: write (x AT TIME ZONE 'UTC') first.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.zoned + interval '1 day' > m.zoned) AS n
FROM entry m
GROUP BY 1, 2

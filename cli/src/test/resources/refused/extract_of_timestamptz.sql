-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:48 Not supported: 'EXTRACT(dow FROM m.zoned)', extract from timestamp with time zone. | Supported are date, timestamp and interval; of a timestamptz it depends on the time zone of the session: write (x AT TIME ZONE 'UTC').
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE extract(dow FROM m.zoned) = 1) AS n
FROM entry m
GROUP BY 1, 2

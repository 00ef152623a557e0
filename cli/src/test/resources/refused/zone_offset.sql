-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: the time zone '+02:00'. | Name a zone of pg_timezone_names by its region, such as 'Europe/Berlin', or 'UTC': abbreviations and offsets mean what a setting of the server says.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.zoned AT TIME ZONE '+02:00' > m.at) AS n
FROM entry m
GROUP BY 1, 2

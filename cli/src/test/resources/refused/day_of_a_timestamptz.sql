-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 The output column 'day' is a timestamp with time zone, not a date. | Say in which time zone: (… AT TIME ZONE 'UTC')::date AS day.
SELECT m.who AS workspace_id,
       m.zoned AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2

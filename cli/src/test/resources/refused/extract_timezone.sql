-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: extract(julian …) from timestamp without time zone. | Supported are century, day, decade, dow, doy, epoch, hour, isodow, isoyear, microseconds, millennium, milliseconds, minute, month, quarter, second, week, year.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE extract(julian FROM m.at) = 1) AS n
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 The output column 'day' is a timestamp without time zone, not a date. | Cast it: (…)::date AS day.
SELECT m.who AS workspace_id,
       m.at AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2

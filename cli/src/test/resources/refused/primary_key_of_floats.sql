-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:6 Not supported: the table public.measured, whose primary key has the column at_value of type double precision. | Supported in keys are the integers, numeric, text, uuid, enums, dates and times.
SELECT m.who AS workspace_id, m.at AS day, count(*) AS n
FROM measured m
GROUP BY 1, 2

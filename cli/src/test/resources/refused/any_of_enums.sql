-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.mood = ANY(m.moods)', mood in mood[]. | Supported are arrays of the operand's type: booleans, integers, numeric, text, uuid, dates and timestamps; or write IN (value, value, …).
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.mood = ANY (m.moods)) AS n
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:1 There is no output column named day, the day. | Name it: … AS day.
SELECT m.who AS workspace_id, m.at::date AS date, count(*) AS n
FROM entry m
GROUP BY 1, 2

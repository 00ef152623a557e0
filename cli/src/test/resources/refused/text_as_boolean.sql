-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.kind::boolean', a conversion from text to boolean. | Write x = 'true', or x IN (…) with every text that stands for true.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind::boolean) AS n
FROM entry m
GROUP BY 1, 2

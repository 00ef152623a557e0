-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:38 The constant '1.5 days' cannot be read as interval. | Write whole amounts of units and a time: '1 month -3 days 04:05:06.7'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.at + interval '1.5 days' > m.till) AS n
FROM entry m
GROUP BY 1, 2

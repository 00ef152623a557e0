-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.mood > 'sad'', an order of mood values. | Compare with = <> or IN.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.mood > 'sad') AS n
FROM entry m
GROUP BY 1, 2

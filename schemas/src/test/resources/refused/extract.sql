-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'EXTRACT(dow FROM m.at)'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE extract(dow from m.at) = 1) AS n
FROM entry m
GROUP BY 1, 2

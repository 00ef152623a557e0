-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 Not supported: the column public.m.at, named with its schema. | Name it by the table's alias.
SELECT m.who AS workspace_id,
       public.m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2

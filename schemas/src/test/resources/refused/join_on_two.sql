-- SPDX-License-Identifier: Apache-2.0
-- refused: 6:30 Not supported: a join on 'o.id = m.o AND o.x = 1'. | Join on one equality of a parent's primary key, or a unique column of it, with a column of the child; further conditions belong into WHERE or FILTER.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m JOIN other o ON o.id = m.o AND o.x = 1
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:6 Not supported: other tables inherit from elder. | A SELECT shows their rows too, but their changes come under their own names; use declarative partitioning.
SELECT m.who AS workspace_id, m.at AS day, count(*) AS n
FROM elder m
GROUP BY 1, 2

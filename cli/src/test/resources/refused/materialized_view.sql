-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:6 Not supported: entry_summary is a materialized view. | Only tables have row changes; name the tables that it reads.
SELECT m.who AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry_summary m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:6 Not supported: entry_elsewhere is a foreign table. | Only tables have row changes; name the tables that it reads.
SELECT m.who AS workspace_id, m.at AS day, count(*) AS n
FROM entry_elsewhere m
GROUP BY 1, 2

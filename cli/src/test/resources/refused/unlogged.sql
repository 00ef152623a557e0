-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:6 Not supported: the table forgotten is unlogged or temporary. | Its changes are not in the write-ahead log: ALTER TABLE forgotten SET LOGGED.
SELECT m.who AS workspace_id, m.at AS day, count(*) AS n
FROM forgotten m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:1 There is no output column named workspace_id, the workspace. | Name it: … AS workspace_id.
SELECT m.who AS team, m.at::date AS day, count(*) AS n
FROM entry m
GROUP BY 1, 2

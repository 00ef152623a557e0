-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:1 The SELECT needs a plain GROUP BY. | Group by workspace, day and every dimension, e.g. GROUP BY 1, 2.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m

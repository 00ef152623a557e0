-- SPDX-License-Identifier: Apache-2.0
-- refused: 7:16 GROUP BY 'm.kind' is not among the output columns. | Add it to the output with a name: every grouping is a key column of the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2, m.kind

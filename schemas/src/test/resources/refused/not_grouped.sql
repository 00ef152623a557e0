-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 The output column 'day' is neither grouped by nor an aggregate. | Add it to GROUP BY.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1

-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: the column m.doubled of type numeric GENERATED ALWAYS. | Row changes carry no generated columns before PostgreSQL 18: write its expression.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.doubled > 1) AS n
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:18 Not supported: a join of integer with numeric(10,2). | Supported keys are the integers, text, varchar and uuid, on both sides alike.
SELECT p.workspace AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry m
JOIN parent p ON p.id = m.price
GROUP BY 1, 2

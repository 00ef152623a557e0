-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:39 The constant 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' cannot be read as uuid. | Write it as Postgres prints such a value.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.ref = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11') AS n
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 Not supported: GROUP BY kind, which is a column of entry as well as an output column. | Postgres groups by the table's column; write the number of the output column.
SELECT m.who AS workspace_id, m.at::date AS day,
       substr(m.kind, 1, 1) AS kind,
       count(*) AS n
FROM entry m
GROUP BY 1, 2, kind

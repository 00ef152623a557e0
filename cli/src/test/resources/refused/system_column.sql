-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: m.xmin, which is no column of public.entry. | Row changes hold a table's own columns and no system columns.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.xmin = 1::text::xid) AS n
FROM entry m
GROUP BY 1, 2

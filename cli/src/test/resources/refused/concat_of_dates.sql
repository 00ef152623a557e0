-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:46 Not supported: 'concat(m.kind, m.at)', concat of timestamp without time zone. | Supported are text, numbers, booleans and uuid; cast others to text.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE concat(m.kind, m.at) = 'a') AS n
FROM entry m
GROUP BY 1, 2

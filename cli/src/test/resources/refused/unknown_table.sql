-- SPDX-License-Identifier: Apache-2.0
-- refused: 6:6 There is no table missing. | Write its schema too, or see that it is on the search_path of the role of source.uri and that this role may use the schema.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind = 'a') AS n
FROM missing m
GROUP BY 1, 2

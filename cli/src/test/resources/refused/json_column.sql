-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.raw ->> 'a'', a step into json. | Supported are -> ->> and #>> of jsonb.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.raw ->> 'a' = 'b') AS n
FROM entry m
GROUP BY 1, 2

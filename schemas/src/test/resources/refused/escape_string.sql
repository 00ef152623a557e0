-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:40 Not supported: the string E'a'. | Write it as a plain '…' literal.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind = E'a') AS n
FROM entry m
GROUP BY 1, 2

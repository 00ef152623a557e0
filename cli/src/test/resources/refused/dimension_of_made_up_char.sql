-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 Not supported: the dimension 'code', a made-up character. | Texts that differ only in their padding are one group, shown as any of them; cast it to text.
SELECT m.who AS workspace_id, m.at::date AS day,
       coalesce(m.code, 'none') AS code,
       count(*) AS n
FROM entry m
GROUP BY 1, 2, 3

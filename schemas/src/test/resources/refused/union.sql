-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:1 Not supported: anything but one SELECT … FROM …. | Write one SELECT a file.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2
UNION ALL
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2

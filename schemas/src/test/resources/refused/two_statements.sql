-- SPDX-License-Identifier: Apache-2.0
-- refused: 9:1 Not supported: a second statement. | Write one SELECT a file.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2
;
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2

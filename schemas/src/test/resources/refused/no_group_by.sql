-- SPDX-License-Identifier: Apache-2.0
-- refused: 1:1 The SELECT needs a plain GROUP BY.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m

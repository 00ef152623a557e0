-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:41 The constant '2024-01-01 00:00' cannot be read as timestamp with time zone. | Write it with its offset: '2026-01-31 10:00:00+00'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.zoned > '2024-01-01 00:00') AS n
FROM entry m
GROUP BY 1, 2

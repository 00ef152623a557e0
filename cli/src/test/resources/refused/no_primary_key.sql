-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:6 The table public.loner has no primary key. | Row changes are told apart by it: ALTER TABLE … ADD PRIMARY KEY (…).
SELECT m.who AS workspace_id, m.at AS day, count(*) AS n
FROM loner m
GROUP BY 1, 2

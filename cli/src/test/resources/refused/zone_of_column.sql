-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.zoned AT TIME ZONE m.zone'. | Write timestamp or timestamptz AT TIME ZONE and a constant, such as 'UTC' or 'Europe/Berlin', or a CASE over the zones you have: CASE m.zone WHEN 'Europe/Berlin' THEN m.zoned AT TIME ZONE 'Europe/Berlin' … END.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.zoned AT TIME ZONE m.zone > m.at) AS n
FROM entry m
GROUP BY 1, 2

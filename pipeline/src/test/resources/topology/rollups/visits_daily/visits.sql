-- SPDX-License-Identifier: Apache-2.0
-- A key of three columns, one of which is the day.
SELECT v.shop_id     AS workspace_id,
       v.day         AS day,
       count(*)      AS hours,
       sum(v.guests) AS guests
FROM   visit v
GROUP  BY 1, 2

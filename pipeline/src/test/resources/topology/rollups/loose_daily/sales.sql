-- SPDX-License-Identifier: Apache-2.0
-- A chain of LEFT JOINs: a sale counts with or without shop and region.
SELECT s.tenant  AS workspace_id,
       s.sold_on AS day,
       p.tenant  AS shop_tenant,
       r.label   AS region,
       count(*)  AS sales
FROM   sale s
LEFT   JOIN shop p ON p.id = s.shop_id
LEFT   JOIN region r ON r.id = p.region_id
GROUP  BY 1, 2, 3, 4

-- SPDX-License-Identifier: Apache-2.0
-- Two parents of the fact, one of which has two parents of its own.
SELECT p.tenant      AS workspace_id,
       s.sold_on     AS day,
       r.label       AS region,
       o.name        AS owner,
       c.company     AS courier,
       count(*)      AS sales,
       sum(s.pieces) AS pieces
FROM   sale s
JOIN   shop p ON p.id = s.shop_id
JOIN   region r ON r.id = p.region_id
LEFT   JOIN owner o ON o.id = p.owner_id
LEFT   JOIN courier c ON c.id = s.courier_id
GROUP  BY 1, 2, 3, 4, 5

-- SPDX-License-Identifier: Apache-2.0
-- Two parents of one fact, one required and one not.
SELECT p.tenant      AS workspace_id,
       s.sold_on     AS day,
       c.company     AS courier,
       count(*)      AS sales,
       sum(s.weight) AS weight
FROM   sale s
JOIN   shop p ON p.id = s.shop_id
LEFT   JOIN courier c ON c.id = s.courier_id
GROUP  BY 1, 2, 3

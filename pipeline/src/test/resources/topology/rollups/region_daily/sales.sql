-- SPDX-License-Identifier: Apache-2.0
-- A chain: the workspace is the grandparent's label.
SELECT r.label         AS workspace_id,
       s.sold_on       AS day,
       count(*)        AS sales,
       sum(s.pieces)   AS pieces
FROM   sale s
JOIN   shop p ON p.id = s.shop_id
JOIN   region r ON r.id = p.region_id
GROUP  BY 1, 2

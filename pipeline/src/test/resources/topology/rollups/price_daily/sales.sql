-- SPDX-License-Identifier: Apache-2.0
-- Dimensions that are no text.
SELECT s.tenant  AS workspace_id,
       s.sold_on AS day,
       s.price   AS price,
       s.paid    AS paid,
       s.sold_at AS sold_at,
       s.weight  AS weight,
       count(*)  AS sales
FROM   sale s
GROUP  BY 1, 2, 3, 4, 5, 6

-- SPDX-License-Identifier: Apache-2.0
SELECT s.tenant      AS workspace_id,
       s.sold_on     AS day,
       count(*)      AS sales,
       sum(s.pieces) AS pieces
FROM   sale s
GROUP  BY 1, 2

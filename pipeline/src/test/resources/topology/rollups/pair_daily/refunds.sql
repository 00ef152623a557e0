-- SPDX-License-Identifier: Apache-2.0
SELECT s.tenant      AS workspace_id,
       f.refunded_on AS day,
       count(*)      AS refunds,
       sum(f.amount) AS refunded
FROM   refund f
JOIN   sale s ON s.id = f.sale_id
GROUP  BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- A parent by a unique column that is not its primary key.
SELECT s.tenant        AS workspace_id,
       r.sold_on       AS day,
       count(*)        AS receipts,
       sum(r.total)    AS total
FROM   receipt r
JOIN   store s ON s.code = r.store_code
GROUP  BY 1, 2

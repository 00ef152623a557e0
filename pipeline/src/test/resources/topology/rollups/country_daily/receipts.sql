-- SPDX-License-Identifier: Apache-2.0
-- Three deep, each parent by a unique column.
SELECT c.label         AS workspace_id,
       r.sold_on       AS day,
       n.label         AS country,
       count(*)        AS receipts
FROM   receipt r
JOIN   store s ON r.store_code = s.code
JOIN   chain c ON c.code = s.chain_code
LEFT JOIN country n ON n.iso = c.country_iso
GROUP  BY 1, 2, 3

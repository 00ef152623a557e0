-- SPDX-License-Identifier: Apache-2.0
SELECT s.tenant        AS workspace_id,
       s.sold_at::date AS day,
       count(s.price)  AS prices,
       sum(s.pieces)   AS pieces,
       sum(s.weight)   AS weight,
       sum(s.price)    AS price
FROM   sale s
GROUP  BY 1, 2

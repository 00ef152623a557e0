-- SPDX-License-Identifier: Apache-2.0
-- Names that need quotes, a zoned time as a dimension, a uuid compared with a constant.
SELECT o."Tenant"     AS workspace_id,
       o."Day"        AS day,
       o."At"         AS "At",
       sum(o."Größe") AS "Größe",
       count(*) FILTER (WHERE o."Id" = '00000000-0000-0000-0000-00000000000a') AS the_tenth,
       count(*) FILTER (WHERE o."Größe" < 32767::smallint)                     AS small
FROM   "Order Line" o
GROUP  BY 1, 2, 3

-- SPDX-License-Identifier: Apache-2.0
-- Leads by the day they were created, and how many of them have ever answered.
SELECT l."clientId"             AS workspace_id,
       l."createdAt"::date      AS day,
       count(*)                 AS leads_created,
       count(l."lastInboundAt") AS leads_responded
FROM   "Lead" l
GROUP  BY 1, 2

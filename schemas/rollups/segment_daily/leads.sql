-- SPDX-License-Identifier: Apache-2.0
-- Leads of e-mail campaigns by the day they were created, by industry and size, and how they answered.
SELECT l."clientId"          AS workspace_id,
       l."createdAt"::date   AS day,
       l.industry            AS industry,
       l."employeeHeadcount" AS headcount,
       count(*)              AS leads_created,
       count(*) FILTER (WHERE l."sentimentTag" IN
           ('Interested', 'Meeting Requested', 'Call Requested'))     AS positive_replies,
       count(*) FILTER (WHERE l."sentimentTag" = 'Meeting Requested') AS meetings_requested
FROM   "Lead" l
WHERE  l."emailCampaignId" IS NOT NULL
GROUP  BY 1, 2, 3, 4

-- SPDX-License-Identifier: Apache-2.0
-- Leads per e-mail campaign by the day they were created, and how they answered. Leads without a
-- campaign are a group of their own (NULL).
SELECT l."clientId"        AS workspace_id,
       l."createdAt"::date AS day,
       l."emailCampaignId" AS campaign_id,
       c.name              AS campaign_name,
       count(*)            AS leads_created,
       count(*) FILTER (WHERE l."sentimentTag" IN
           ('Interested', 'Meeting Requested', 'Call Requested'))     AS positive_replies,
       count(*) FILTER (WHERE l."sentimentTag" = 'Meeting Requested') AS meetings_requested
FROM   "Lead" l
LEFT   JOIN "EmailCampaign" c ON c.id = l."emailCampaignId"
GROUP  BY 1, 2, 3, 4

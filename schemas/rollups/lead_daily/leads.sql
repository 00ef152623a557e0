-- SPDX-License-Identifier: Apache-2.0
-- Leads by the day they were created, by what they are now and the SMS campaign they came from.
SELECT l."clientId"        AS workspace_id,
       l."createdAt"::date AS day,
       l.status            AS status,
       l."smsCampaignId"   AS sms_campaign_id,
       count(*)            AS leads_created
FROM   "Lead" l
GROUP  BY 1, 2, 3, 4

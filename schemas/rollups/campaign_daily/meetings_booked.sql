-- SPDX-License-Identifier: Apache-2.0
-- Meetings per e-mail campaign of their lead, by the day they were booked.
SELECT l."clientId"        AS workspace_id,
       a."createdAt"::date AS day,
       l."emailCampaignId" AS campaign_id,
       c.name              AS campaign_name,
       count(*)            AS meetings_booked
FROM   "Appointment" a
JOIN   "Lead" l ON l.id = a."leadId"
LEFT   JOIN "EmailCampaign" c ON c.id = l."emailCampaignId"
GROUP  BY 1, 2, 3, 4

-- SPDX-License-Identifier: Apache-2.0
-- Meetings by the day they were booked, by status and SMS campaign of their lead.
SELECT l."clientId"        AS workspace_id,
       a."createdAt"::date AS day,
       l.status            AS status,
       l."smsCampaignId"   AS sms_campaign_id,
       count(*)            AS meetings_booked
FROM   "Appointment" a
JOIN   "Lead" l ON l.id = a."leadId"
GROUP  BY 1, 2, 3, 4

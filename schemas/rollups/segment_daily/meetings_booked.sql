-- SPDX-License-Identifier: Apache-2.0
-- Meetings of leads of e-mail campaigns by the day they were booked, by industry and size.
SELECT l."clientId"          AS workspace_id,
       a."createdAt"::date   AS day,
       l.industry            AS industry,
       l."employeeHeadcount" AS headcount,
       count(*)              AS meetings_booked
FROM   "Appointment" a
JOIN   "Lead" l ON l.id = a."leadId"
WHERE  l."emailCampaignId" IS NOT NULL
GROUP  BY 1, 2, 3, 4

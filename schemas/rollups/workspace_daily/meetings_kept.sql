-- SPDX-License-Identifier: Apache-2.0
-- Meetings to which the lead showed up, by the day they were booked.
SELECT l."clientId"        AS workspace_id,
       a."createdAt"::date AS day,
       count(*)            AS meetings_kept
FROM   "Appointment" a
JOIN   "Lead" l ON l.id = a."leadId"
WHERE  a.status = 'SHOWED'
GROUP  BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- Meetings by the day they were booked, whatever became of them.
SELECT l."clientId"        AS workspace_id,
       a."createdAt"::date AS day,
       count(*)            AS meetings_booked
FROM   "Appointment" a
JOIN   "Lead" l ON l.id = a."leadId"
GROUP  BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- Messages by the day they were sent: in and out, by source, and how many inbound ones were read.
SELECT l."clientId"                                                   AS workspace_id,
       m."sentAt"::date                                               AS day,
       count(*) FILTER (WHERE m.direction = 'inbound')                AS messages_inbound,
       count(*) FILTER (WHERE m.direction = 'outbound')               AS messages_outbound,
       count(*) FILTER (WHERE m.direction = 'inbound'
                          AND m.source = 'zrg')                       AS messages_inbound_zrg,
       count(*) FILTER (WHERE m.direction = 'inbound'
                          AND m.source = 'inboxxia_campaign')         AS messages_inbound_campaign,
       count(*) FILTER (WHERE m.direction = 'outbound'
                          AND m.source = 'zrg')                       AS messages_outbound_zrg,
       count(*) FILTER (WHERE m.direction = 'outbound'
                          AND m.source = 'inboxxia_campaign')         AS messages_outbound_campaign,
       count(*) FILTER (WHERE m.direction = 'inbound' AND m."isRead") AS messages_inbound_read
FROM   "Message" m
JOIN   "Lead" l ON l.id = m."leadId"
GROUP  BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- Responses by the day of the inbound message, per responder: number, milliseconds, speed.
SELECT r."clientId"                AS workspace_id,
       r."inboundSentAt"::date     AS day,
       count(r."setterResponseMs") AS setter_responses,
       sum(r."setterResponseMs")   AS setter_response_ms,
       count(*) FILTER (WHERE r."setterResponseMs" < 60000)
                                   AS setter_under_1m,
       count(*) FILTER (WHERE r."setterResponseMs" >= 60000 AND r."setterResponseMs" < 300000)
                                   AS setter_1m_5m,
       count(*) FILTER (WHERE r."setterResponseMs" >= 300000 AND r."setterResponseMs" < 900000)
                                   AS setter_5m_15m,
       count(*) FILTER (WHERE r."setterResponseMs" >= 900000 AND r."setterResponseMs" < 3600000)
                                   AS setter_15m_60m,
       count(*) FILTER (WHERE r."setterResponseMs" >= 3600000 AND r."setterResponseMs" < 14400000)
                                   AS setter_1h_4h,
       count(*) FILTER (WHERE r."setterResponseMs" >= 14400000 AND r."setterResponseMs" < 86400000)
                                   AS setter_4h_24h,
       count(*) FILTER (WHERE r."setterResponseMs" >= 86400000)
                                   AS setter_over_24h,
       count(r."aiResponseMs")     AS ai_responses,
       sum(r."aiResponseMs")       AS ai_response_ms,
       count(*) FILTER (WHERE r."aiResponseMs" < 60000)
                                   AS ai_under_1m,
       count(*) FILTER (WHERE r."aiResponseMs" >= 60000 AND r."aiResponseMs" < 300000)
                                   AS ai_1m_5m,
       count(*) FILTER (WHERE r."aiResponseMs" >= 300000 AND r."aiResponseMs" < 900000)
                                   AS ai_5m_15m,
       count(*) FILTER (WHERE r."aiResponseMs" >= 900000 AND r."aiResponseMs" < 3600000)
                                   AS ai_15m_60m,
       count(*) FILTER (WHERE r."aiResponseMs" >= 3600000 AND r."aiResponseMs" < 14400000)
                                   AS ai_1h_4h,
       count(*) FILTER (WHERE r."aiResponseMs" >= 14400000 AND r."aiResponseMs" < 86400000)
                                   AS ai_4h_24h,
       count(*) FILTER (WHERE r."aiResponseMs" >= 86400000)
                                   AS ai_over_24h
FROM   "ResponseTimingEvent" r
GROUP  BY 1, 2

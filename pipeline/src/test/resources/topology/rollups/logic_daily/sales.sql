-- SPDX-License-Identifier: Apache-2.0
-- Conditions with NULL in them: a row counts where they are true, not where they are unknown.
SELECT COALESCE(s.tenant, 'nobody')                                       AS workspace_id,
       s.sold_on                                                          AS day,
       CASE WHEN s.pieces < 10 THEN 'few' WHEN s.pieces >= 10 THEN 'many' END AS size,
       count(*)                                                           AS sales,
       count(*) FILTER (WHERE s.paid)                                     AS paid,
       count(*) FILTER (WHERE NOT s.paid)                                 AS unpaid,
       count(*) FILTER (WHERE s.paid IS UNKNOWN)                          AS undecided,
       count(*) FILTER (WHERE s.paid OR s.pieces > 5)                     AS paid_or_over_5,
       count(*) FILTER (WHERE s.note IN ('a', 'b'))                       AS note_a_b,
       count(*) FILTER (WHERE s.note NOT IN ('a', 'b'))                   AS note_other,
       count(*) FILTER (WHERE s.pieces BETWEEN 3 AND 7)                   AS from_3_to_7,
       count(*) FILTER (WHERE s.note IS DISTINCT FROM 'a')                AS not_a,
       sum(s.pieces * 2 + 1) FILTER (WHERE s.paid)                        AS twice_and_one,
       sum(CASE s.note WHEN 'a' THEN 1 WHEN 'b' THEN 10 ELSE 0 END)       AS points
FROM   sale s
WHERE  NOT (s.note = 'test') OR s.note IS NULL
GROUP  BY 1, 2, 3

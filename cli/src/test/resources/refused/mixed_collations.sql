-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:72 Not supported: 'm.german || m.french' mixes the collations de-x-icu and fr-x-icu. | Write COLLATE "C" after one of its sides.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.german || m.french LIKE 'a%' AND lower(m.german || m.french) = 'a') AS n
FROM entry m
GROUP BY 1, 2

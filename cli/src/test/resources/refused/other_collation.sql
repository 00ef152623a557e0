-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.kind COLLATE "de-x-icu" < 'a'' under the collation de-x-icu. | The order of text and what its upper and lower case are differ from one release of the operating system or ICU to the next; only under "C" they are fixed: write m.kind COLLATE "C".
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind COLLATE "de-x-icu" < 'a') AS n
FROM entry m
GROUP BY 1, 2

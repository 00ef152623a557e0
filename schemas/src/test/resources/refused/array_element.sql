-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.tags[1]', an element of an array. | Supported of arrays are x = ANY (array), cardinality and array_length.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.tags[1] = 'a') AS n
FROM entry m
GROUP BY 1, 2

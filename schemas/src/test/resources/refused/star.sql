-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:8 Not supported: SELECT *. | Name every output column.
SELECT *
FROM entry m
GROUP BY 1

-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 Not supported: the function now. | It gives another value for the same row at another time, or depends on the session; a rollup's value follows from its rows alone. Compare with constants here, and with the current time when you read the rollup.
SELECT m.who AS workspace_id,
       now()::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2

-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:38 Not supported: 'current_timestamp'. | It gives another value for the same row at another time, or depends on the session; a rollup's value follows from its rows alone. Compare with constants here, and with the current time when you read the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.at < current_timestamp) AS n
FROM entry m
GROUP BY 1, 2

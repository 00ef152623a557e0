-- SPDX-License-Identifier: Apache-2.0
-- refused: 1:1 Not supported: anything but one SELECT … FROM ….
SELECT 'w' AS workspace_id

-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:1 Not supported: anything but one SELECT … FROM …. | Write one SELECT a file.
SELECT 'w' AS workspace_id

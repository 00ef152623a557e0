// SPDX-License-Identifier: Apache-2.0
/** The SQL of what Daybook keeps in the target database, as text; nothing here connects. */
package io.daybook.schemas.table;

// SPDX-License-Identifier: Apache-2.0
/** Values as people read them. */
package io.daybook.schemas.text;

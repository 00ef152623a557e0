// SPDX-License-Identifier: Apache-2.0
/** Values of state stores and internal topics as bytes. */
package io.daybook.schemas.binary;

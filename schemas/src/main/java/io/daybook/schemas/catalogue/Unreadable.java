// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

/**
 * Stands in a row for a value that an event had but that could not be read: neither NULL nor any
 * other value. What an expression makes of it is not known.
 */
public enum Unreadable {
  VALUE
}

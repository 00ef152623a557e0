// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

/**
 * An object in the schema {@code daybook} and the statement that creates it.
 *
 * @param name without schema and quotes
 * @param sql one statement
 */
public record Definition(String name, String sql) {}

// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

/**
 * One line of the report.
 *
 * @param system which system it is about: {@code source}, {@code kafka}, …
 * @param what was looked at
 * @param detail what was found
 * @param remedy what to do, empty where nothing need be: SQL for psql, a shell command, or a line
 *     for redis-cli, each as it can be pasted, with its explanations as comments
 */
public record Check(String system, String what, Outcome outcome, String detail, String remedy) {}

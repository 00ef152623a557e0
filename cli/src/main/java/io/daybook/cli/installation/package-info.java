// SPDX-License-Identifier: Apache-2.0
/** What follows from a configuration: connections, definitions, running roles, their status. */
package io.daybook.cli.installation;

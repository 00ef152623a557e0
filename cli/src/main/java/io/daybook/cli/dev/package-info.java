// SPDX-License-Identifier: Apache-2.0
/** The sales inbox on embedded servers: sample, live load, and what is to be seen of both. */
package io.daybook.cli.dev;

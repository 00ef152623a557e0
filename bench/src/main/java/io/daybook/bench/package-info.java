// SPDX-License-Identifier: Apache-2.0
/** Numbered scenarios that measure, each with its baseline in the same run; the verb bench. */
package io.daybook.bench;

// SPDX-License-Identifier: Apache-2.0
/** Verification of the last days now and then, and the mending of what it finds. */
package io.daybook.serve.schedule;

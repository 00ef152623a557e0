// SPDX-License-Identifier: Apache-2.0
/** Endpoints that users put together of numbers of several rollups. */
package io.daybook.serve.composition;
